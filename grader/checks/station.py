"""The station: servers and sandbox that take one submission after the other."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.checks.bench import Bench
from grader.checks.watch import Watcher
from grader.config import Settings
from grader.course import Lab
from grader.sandbox.base import MIB, Isolation, Limits, Sandbox
from grader.sandbox.process import open_sandbox
from grader.services.base import Leased
from grader.services.run import Run, open_run
from grader.submission.intake import take_in
from grader.submission.workspace import make_empty


@dataclass(frozen=True)
class Order:
    """What is to be graded.

    Attributes:
        seed: None to derive it from the submission.
        visible_only: Leaves hidden checks out, as in a self-check.
    """

    lab: Lab
    submission: Path
    seed: int | None = None
    visible_only: bool = False


@dataclass
class Station:
    """The servers and the sandbox of one lab; servers start when the first submission is taken in."""

    lab: Lab
    run: Run
    sandbox: Sandbox
    settings: Settings
    _watcher: Watcher
    _stack: ExitStack
    _lease: Leased | None = field(default=None, init=False)

    @contextmanager
    def bench(self, order: Order) -> Iterator[Bench]:
        """Takes a submission in and gives the bench on which its checks work.

        Raises:
            SubmissionRejectedError: Intake refuses it.
            ServiceError: A server cannot be had.
        """
        folder = self.run.folder / "submission"
        make_empty(folder)
        folder.chmod(0o700)
        try:
            intake = take_in(order.submission, self.lab.files, folder)
            seed = derive_seed(self.lab.id, intake.digest) if order.seed is None else order.seed
            yield Bench(self.lab, self.run, intake, self._leased(), self.sandbox, seed, self._watcher.note)
        finally:
            self.sandbox.sweep()
            make_empty(folder)

    def _leased(self) -> Leased:
        if self._lease is None:
            # They take a while to import, in which the sandbox gets ready.
            from grader.services.lease import lease  # noqa: PLC0415
            from grader.services.on_demand import lease_on_demand  # noqa: PLC0415

            commands: Mapping[str, tuple[str, ...]] = {
                name: use.commands for name, use in self.lab.services.items()
            }
            if self.lab.on_demand:
                self._lease = self._stack.enter_context(
                    lease_on_demand(self.settings, self.run, commands, self._watcher.note)
                )
            else:
                self._lease = started = self._stack.enter_context(
                    lease(tuple(self.lab.services), self.settings, self.run, commands)
                )
                for note in started.notes:
                    self._watcher.note(note)
        self._lease.begin_submission()
        return self._lease


@contextmanager
def open_station(lab: Lab, settings: Settings, watcher: Watcher) -> Iterator[Station]:
    """Opens a station for a lab, and leaves nothing behind when it is closed."""
    with ExitStack() as stack:
        run = stack.enter_context(open_run(settings.state_dir))
        sandbox = stack.enter_context(
            open_sandbox(
                settings.isolation,
                settings.launcher,
                Limits(memory_bytes=lab.memory_mb * MIB),
                drivers=(
                    *lab.services,
                    *(use.client.partition(".")[0] for use in lab.services.values()),
                    *lab.packages,
                ),
                run_id=run.id,
                folder=run.folder,
                without=settings.without,
            )
        )
        if settings.isolation not in ("auto", Isolation.PROCESS):
            # Refused before any server starts.
            _ = sandbox.isolation
        yield Station(lab, run, sandbox, settings, watcher, stack)


def derive_seed(lab_id: str, digest: str) -> int:
    """The seed of a submission's data: the same for the same files, another for others; below 2^31."""
    return int(hashlib.sha256(f"{lab_id}:{digest}".encode()).hexdigest()[:8], 16) >> 1

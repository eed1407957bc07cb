"""The bench that checks work on: one submission, its servers, its sandbox, and the state they are in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Lab
from grader.errors import ServiceError
from grader.sandbox.base import Sandbox
from grader.services.base import Service
from grader.services.lease import Lease
from grader.services.run import Run
from grader.submission.handle import Allowance, Manners, Submission
from grader.submission.intake import Intake, take_in
from grader.submission.workspace import make_empty


@dataclass
class Bench:
    """What a check has under its hands.

    Attributes:
        intake: The clean copy that is graded now: the submission's, or the reference's while a rubric's
            stumble is being looked into.
        left_by: The id of the check whose state the databases and the workspace are in; None if unknown.
    """

    lab: Lab
    run: Run
    intake: Intake
    lease: Lease
    sandbox: Sandbox
    seed: int
    note: Callable[[str], None]
    left_by: str | None = None
    is_reference: bool = field(default=False, init=False)

    @property
    def workspace(self) -> Path:
        """The working directory of the student's processes."""
        return self.sandbox.workspace

    def service(self, name: str) -> Service:
        """The lab's server of that name.

        Raises:
            ServiceError: It did not start.
        """
        return self.lease.service(name)

    def handle(self, timeout_s: float) -> Submission:
        """A fresh handle on the submission, for one check."""
        clients = {name: use.client for name, use in self.lab.services.items()}
        manners = Manners(self.lab.module, clients, self._urls)
        return Submission(self.sandbox, self.workspace, manners, Allowance(timeout_s))

    def _urls(self) -> dict[str, str]:
        return {name: service.url for name, service in self.lease.services.items()}

    def clear(self) -> None:
        """Empties the servers and lays out a fresh workspace; a server that cannot be emptied is replaced.

        Raises:
            ServiceError: A new server cannot be had either.
        """
        self.left_by = None
        self._fresh_workspace()
        try:
            for service in self.lease.services.values():
                service.reset()
        except ServiceError as error:
            self.note(f"A server was replaced: {error}")
            self.renew()

    def renew(self) -> None:
        """Kills and replaces every server, and lays out a fresh workspace."""
        self.left_by = None
        self._fresh_workspace()
        self.lease.renew()

    def is_intact(self) -> bool:
        """Whether every server is the one that was started here, and answers."""
        return all(service.is_intact() for service in self.lease.services.values())

    @contextmanager
    def standing_in(self, intake: Intake) -> Iterator[None]:
        """Grades another submission for a while, as the reference."""
        own, self.intake, self.is_reference, self.left_by = self.intake, intake, True, None
        try:
            yield
        finally:
            self.intake, self.is_reference, self.left_by = own, False, None

    def reference(self) -> Intake | None:
        """The reference's clean copy; None if the lab has no reference."""
        folder = self.run.folder / "reference"
        if not self.lab.reference.is_dir():
            return None
        make_empty(folder)
        folder.chmod(0o700)
        return take_in(self.lab.reference, self.lab.files, folder)

    def _fresh_workspace(self) -> None:
        self.sandbox.lay_out(self.intake.folder)

"""The bench that checks work on: one submission, its servers, its sandbox, and the state they are in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Lab
from grader.errors import ServiceError
from grader.sandbox.base import Sandbox
from grader.sandbox.inside.codec import Value
from grader.services.base import BackendName, Leased, Service
from grader.services.run import Run
from grader.submission.handle import Allowance, Manners, StudentProcess, Submission
from grader.submission.intake import Intake, take_in
from grader.submission.workspace import make_empty

_BESIDE_LIMIT_S = 10.0


@dataclass
class Bench:
    """What a check has under its hands.

    Attributes:
        intake: The clean copy that is graded now: the submission's, or the reference's while a rubric's
            stumble is being looked into.
        asked_for: The servers that the present attempt at a check has asked for.
        services: The servers that took part in grading the submission, with their versions.
        backend: Where they ran.
        left_by: The id of the check whose state the databases are in; None if unknown.
        breaks_servers: Whether it has been proven that servers die of the submission.
    """

    lab: Lab
    run: Run
    intake: Intake
    lease: Leased
    sandbox: Sandbox
    seed: int
    note: Callable[[str], None]
    left_by: str | None = None
    is_reference: bool = field(default=False, init=False)
    breaks_servers: bool = field(default=False, init=False)
    asked_for: set[str] = field(default_factory=set, init=False)
    services: dict[str, str] = field(default_factory=dict, init=False)
    backend: BackendName = field(init=False)

    def __post_init__(self) -> None:
        """Looks before the checks which servers run already: one that they break cannot be asked."""
        self.sandbox.watch_servers(self._stored_bytes)
        self.backend = self.lease.backend
        self.services |= {name: service.version for name, service in self.lease.services.items()}

    @property
    def workspace(self) -> Path:
        """The working directory of the student's processes."""
        return self.sandbox.workspace

    def service(self, name: str) -> Service:
        """The lab's server of that name.

        Raises:
            ServiceError: It did not start.
        """
        self.asked_for.add(name)
        service = self.lease.service(name)
        service.stand_beside(self._beside)
        if not self.is_reference and name not in self.services:
            self.services[name] = service.version
            self.backend = self.lease.backend
        return service

    def handle(self, timeout_s: float) -> Submission:
        """A fresh handle on the submission, for one check."""
        allowance = Allowance(timeout_s)
        return Submission(self.sandbox, self.workspace, self._manners(), allowance, self.lay_out_workspace)

    def _beside(self, source: str, function: str, *arguments: object) -> Value:
        """Acts where student code runs; `grader.services.base.Beside` says how."""
        process = StudentProcess(self.sandbox, self.workspace, self._manners(), Allowance(_BESIDE_LIMIT_S))
        try:
            return process.probe(source, function, *arguments)
        finally:
            process.kill()

    def _manners(self) -> Manners:
        clients = {name: use.client for name, use in self.lab.services.items()}
        return Manners(self.lab.module, clients, self._urls)

    def _urls(self) -> dict[str, str]:
        return {name: service.url for name, service in self.lease.services.items()}

    def clear(self) -> None:
        """Empties the servers; one that cannot be emptied is replaced.

        Raises:
            ServiceError: A new server cannot be had either.
        """
        self.left_by = None
        try:
            for service in self.lease.services.values():
                service.reset()
        except ServiceError as error:
            self.note(f"A server was replaced: {error}")
            self.renew()

    def renew(self) -> None:
        """Kills and replaces every server."""
        self.left_by = None
        self.lease.renew()

    def lay_out_workspace(self) -> None:
        """Makes the workspace a fresh copy of the submission; no student process may run meanwhile.

        Raises:
            GraderError: The copy cannot be written.
        """
        self.sandbox.lay_out(self.intake.folder)

    def is_intact(self) -> bool:
        """Whether every server is the one that was started here, and answers."""
        return all(service.is_intact() for service in self.lease.services.values())

    @contextmanager
    def standing_in(self, intake: Intake) -> Iterator[None]:
        """Grades another submission for a while, as the reference."""
        own, self.intake, self.is_reference, self.left_by = self.intake, intake, True, None
        self.lease.begin_submission()
        try:
            yield
        finally:
            self.lease.begin_submission()
            self.intake, self.is_reference, self.left_by = own, False, None

    def right_ways(self) -> Iterator[Intake]:
        """Clean copies of the lab's right solutions, the reference first; each replaces the one before."""
        folder = self.run.folder / "reference"
        for way in self.lab.right_ways:
            make_empty(folder)
            folder.chmod(0o700)
            yield take_in(way, self.lab.files, folder)

    def _stored_bytes(self) -> int:
        """What the servers keep for the submission, as far as they answer now."""
        total = 0
        for service in tuple(self.lease.services.values()):
            with suppress(ServiceError):
                total += service.stored_bytes()
        return total

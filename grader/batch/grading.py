"""Grades what is left to do, writes each result down at once, and stops when it is the grader that fails."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from grader.batch.journal import Fault, Graded, Journal, Key
from grader.batch.plan import Manner, Task
from grader.checks.station import Order
from grader.errors import GraderError
from grader.pool import Event, Faulted, Finished, Job, Refused
from grader.results import LabResult, Outcome, Status

__all__ = ["IN_A_ROW", "Grading", "Runner"]

IN_A_ROW = 5
"""After so many submissions in a row that could not be graded, the reference is asked whether it can be."""
_REFERENCE = "the lab's own reference"


class Runner(Protocol):
    """Grades jobs somewhere; `grader.pool.Pool` does it on this machine."""

    def run(self, jobs: Sequence[Job]) -> Iterator[Event]:
        """Grades jobs, and tells what happens while it does; says of each job how it ended."""
        ...

    def stop(self) -> None:
        """Has no other job begun."""


@dataclass
class Grading:
    """One run over the tasks of a batch.

    Attributes:
        in_a_row: How many submissions could not be graded since the last that could.
    """

    manner: Manner
    journal: Journal
    runner: Runner
    in_a_row: int = 0
    _is_stopped: bool = False
    _by_name: dict[str, Task] = field(default_factory=dict)

    def run(self, tasks: Sequence[Task]) -> Iterator[Event]:
        """Grades tasks; each result is in the journal before its event is given.

        Raises:
            GraderError: Not even the reference can be graded, or the journal cannot be written.
        """
        self._by_name = {task.key.submission_hash: task for task in tasks}
        left = list(self._by_name)
        while left:
            ended: set[str] = set()
            for event in self.runner.run([self._job(name) for name in left]):
                if self._write_down(event):
                    ended.add(event.job)
                yield event
                if self.in_a_row >= IN_A_ROW:
                    self.runner.stop()
            still = [name for name in left if name not in ended]
            if self._is_stopped or self.in_a_row < IN_A_ROW:
                return
            self._require_reference()
            left = still

    def stop(self) -> None:
        """Has `run` end with the submissions that are being graded. A signal handler may call it."""
        self._is_stopped = True
        self.runner.stop()

    def names(self, job: str) -> tuple[str, ...]:
        """Whose submission a job is."""
        return self._by_name[job].names

    def _job(self, name: str) -> Job:
        task = self._by_name[name]
        return Job(name, Order(self.manner.lab, task.path, task.key.seed))

    def _write_down(self, event: Event) -> bool:
        """Writes down how a job ended; whether it did."""
        match event:
            case Finished():
                self._write_result(event.job, event.result)
            case Refused():
                # Intake took it when the batch began.
                self._write_fault(event.job, f"It was changed while the batch ran: {event.message}", 0)
            case Faulted():
                self._write_fault(event.job, event.message, event.deaths)
            case _:
                return False
        return True

    def _write_result(self, job: str, result: LabResult) -> None:
        if Key.of(result) != self._by_name[job].key:
            self._write_fault(job, "It was changed while the batch ran. Start the batch again.", 0)
            return
        self.journal.append(Graded(result))
        self.in_a_row = 0 if result.status is Status.COMPLETE else self.in_a_row + 1

    def _write_fault(self, job: str, message: str, deaths: int) -> None:
        key = self._by_name[job].key
        self.journal.append(Fault(job, key.rubric_hash, message, deaths, datetime.now(UTC)))
        self.in_a_row += 1

    def _require_reference(self) -> None:
        lab = self.manner.lab
        ended: Mapping[type, Event] = {
            type(event): event for event in self.runner.run([Job(_REFERENCE, Order(lab, lab.reference))])
        }
        finished = ended.get(Finished)
        if isinstance(finished, Finished) and finished.result.status is Status.COMPLETE:
            self.in_a_row = 0
            return
        raise GraderError(
            f"{self.in_a_row} submissions in a row could not be graded, nor could {_REFERENCE}: "
            f"{_reason(ended)}\nNothing is lost. Mend that; `grader doctor` tells what this machine "
            "has. Then start the same command again: it goes on where it stopped."
        )


def _reason(ended: Mapping[type, Event]) -> str:
    match ended.get(Finished), ended.get(Faulted):
        case Finished() as finished, _:
            return next(item.message for item in finished.result.checks if item.outcome is Outcome.UNGRADED)
        case _, Faulted() as faulted:
            return faulted.message
        case _:
            return "it did not end."

"""What goes into a pool and what comes out of it."""

from dataclasses import dataclass

from grader.checks.station import Order
from grader.results import LabResult

__all__ = [
    "ONCE",
    "Began",
    "Checking",
    "Event",
    "Faulted",
    "Finished",
    "Job",
    "Noted",
    "Patience",
    "Refused",
    "Retried",
]


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes:
        name: Whose it is; every event about it bears it, so it must be the only one of its name.
    """

    name: str
    order: Order


@dataclass(frozen=True)
class Patience:
    """How often a submission is tried that could not be graded through no fault of its own.

    Attributes:
        attempts: How often at most, when servers, sandbox or rubric fail.
        deaths: How many workers may end while they grade it.
        pause_s: Seconds before the second attempt; each further one waits four times as long.
        silence_s: Seconds without a word after which a worker that grades is given up. Longer than any check
            may take with its repetitions on fresh servers.
    """

    attempts: int = 3
    deaths: int = 2
    pause_s: float = 0.5
    silence_s: float = 600.0

    def pause_before(self, attempt: int) -> float:
        """Seconds to wait before an attempt, counted from one."""
        return self.pause_s * 4 ** (attempt - 2) if attempt > 1 else 0.0


ONCE = Patience(attempts=1, deaths=1)
"""For whoever wants to see each fault."""


@dataclass(frozen=True)
class Began:
    """A worker has taken a job."""

    job: str
    worker: int


@dataclass(frozen=True)
class Checking:
    """A worker has come to a check.

    Attributes:
        number: Its place among the checks, counted from one; 0 while the servers are made ready.
    """

    job: str
    worker: int
    title: str
    number: int
    count: int


@dataclass(frozen=True)
class Noted:
    """A worker tells something that is not about one check, as a server that it had to replace."""

    job: str
    worker: int
    text: str


@dataclass(frozen=True)
class Finished:
    """A job is done; its result is incomplete if not even repeated attempts could decide every check."""

    job: str
    result: LabResult


@dataclass(frozen=True)
class Refused:
    """Intake refuses the submission; `message` tells its student why."""

    job: str
    message: str


@dataclass(frozen=True)
class Retried:
    """An attempt has failed through no fault of the submission's, and there will be another.

    Attributes:
        attempt: The one that failed, counted from one.
    """

    job: str
    attempt: int
    message: str


@dataclass(frozen=True)
class Faulted:
    """Nothing could be graded, and the pool's patience is at its end; never the student's zero.

    Attributes:
        deaths: How many workers ended over it.
    """

    job: str
    message: str
    deaths: int


Event = Began | Checking | Noted | Finished | Refused | Retried | Faulted

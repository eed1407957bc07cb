"""The nouns of a grade: what is checked, how it ended, and the record of a whole lab."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Criterion(StrEnum):
    """What kind of thing a check looks at."""

    CONNECT = "connect"
    SCHEMA = "schema"
    LOAD = "load"
    QUERY = "query"
    UPDATE = "update"
    DELETE = "delete"
    MIGRATION = "migration"
    TRANSACTION = "transaction"
    PERSISTENCE = "persistence"
    PERFORMANCE = "performance"
    SAFETY = "safety"
    QUALITY = "quality"


STOPPED = "Grading was stopped before this check had ended."
"""The message of a check that was left so."""


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    """All its points."""
    PARTIAL = "partial"
    """Failed, but some steps earned an award."""
    FAILED = "failed"
    """The student's fault; no points."""
    BLOCKED = "blocked"
    """A check that it needs did not pass; no points."""
    UNGRADED = "ungraded"
    """The grader's fault; neither zero nor dropped, the lab stays incomplete."""


class Cause(StrEnum):
    """Why a check failed."""

    ASSERTION = "assertion"
    """The database or a value was not as expected."""
    EXCEPTION = "exception"
    """The student's code raised an exception."""
    TIMEOUT = "timeout"
    """The student's code used up its time."""
    CRASHED = "crashed"
    """The student's process ended by itself."""
    MEMORY = "memory"
    """The student's code used up its memory."""
    OUTPUT = "output"
    """The student's code printed more than is allowed."""
    MISSING = "missing"
    """A file or function that the lab asks for is not there."""
    PROTOCOL = "protocol"
    """What came back is not a value that the check could use."""


class Status(StrEnum):
    """Whether every check of a lab could be decided."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Check:
    """One check as the rubric declares it, fixed when the rubric is collected.

    Attributes:
        id: The test function's name, with `[case]` behind it if the check is parametrized.
        title: What the student reads.
        points: Possible points, at most two decimals.
        needs: The id of the check whose state this one starts from.
        timeout_s: Seconds that the student's code may take in this check, all calls together.
    """

    id: str
    title: str
    criterion: Criterion
    points: Decimal
    hidden: bool = False
    hint: str = ""
    needs: str | None = None
    timeout_s: float = 10.0


@dataclass(frozen=True)
class CheckResult:
    """How one check ended.

    Attributes:
        cause: Set exactly if the outcome is failed or partial.
        points: Earned points, at most two decimals.
        message: One line: what was expected and what happened. Empty if passed.
        traceback: The student's own frames. Empty if there are none.
        output: What the student's code printed, at most 64 KiB.
        teacher_note: What the teacher should know and the student need not.
    """

    check: Check
    outcome: Outcome
    points: Decimal
    cause: Cause | None = None
    message: str = ""
    traceback: str = ""
    output: str = ""
    duration_s: float = 0.0
    teacher_note: str = ""

    @property
    def was_left(self) -> bool:
        """Whether it is ungraded because somebody stopped the grading before."""
        return self.outcome is Outcome.UNGRADED and self.message == STOPPED


@dataclass(frozen=True)
class ServiceInfo:
    """A database server that took part, and its version."""

    name: str
    version: str


@dataclass(frozen=True)
class ManualPoints:
    """Points that a person gives, kept apart from the sum."""

    title: str
    points: Decimal


@dataclass(frozen=True)
class Pattern:
    """A common mistake that shows in which checks failed.

    Attributes:
        sentence: What it looks like, for the student.
        section: The handout's heading under which more about it stands; empty if there is none.
        link: That section's URL; empty if nobody knows.
    """

    sentence: str
    section: str = ""
    link: str = ""


@dataclass(frozen=True)
class LabResult:
    """The one record of a graded submission; every report is a function of it.

    Attributes:
        lab: The lab's id.
        points: Sum of the earned points.
        max_points: Sum of the possible points of all checks that took part.
        percent: Earned of possible, rounded down to two decimals, so that 100 means all.
        seed: What the data was generated from; the same seed replays the same data.
        backend: Where the servers ran: `docker`, `local` or `external`.
        isolation: The sandbox level: `isolated`, `confined` or `process`.
        rubric_hash: SHA-256 of the rubric, hexadecimal.
        submission_hash: SHA-256 of the submission's files, hexadecimal.
        started_at: With time zone.
        notes: Remarks on the submission that the student should read, as of ignored files.
        pattern: The mistake that it looks like; it depends on visible checks alone.
    """

    lab: str
    title: str
    status: Status
    points: Decimal
    max_points: Decimal
    percent: Decimal
    seed: int
    backend: str
    isolation: str
    grader_version: str
    rubric_hash: str
    submission_hash: str
    started_at: datetime
    duration_s: float
    services: tuple[ServiceInfo, ...]
    checks: tuple[CheckResult, ...]
    manual: tuple[ManualPoints, ...] = ()
    notes: tuple[str, ...] = ()
    pattern: Pattern | None = None

"""What the pages are told beside results."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from grader.results import LabResult

__all__ = ["CourseAbout", "CourseEntry", "Standing"]


class Standing(StrEnum):
    """How far a student's grade has come; what needs a person comes first."""

    UNGRADED = "ungraded"
    """The grader failed over the submission; there is no result."""
    INCOMPLETE = "incomplete"
    """There is a result, and some of its checks could not be decided."""
    UNCERTAIN = "uncertain"
    """Nobody knows for certain whose something is that was handed in."""
    REFUSED = "refused"
    """What was handed in cannot be graded."""
    GRADED = "graded"
    """All is decided."""
    MISSING = "missing"
    """Nothing was handed in."""


@dataclass(frozen=True)
class CourseEntry:
    """One student of a batch.

    Attributes:
        student: The student's id.
        points: What counts in the end, after late deductions, manual points and overrides; None if open.
        late: How late, in words; empty if in time.
        message: Why it was refused or could not be graded.
        page: Where the student's page is, as a path relative to the course page; empty if there is none.
    """

    student: str
    name: str
    standing: Standing
    points: Decimal | None = None
    late: str = ""
    result: LabResult | None = None
    message: str = ""
    page: str = ""


@dataclass(frozen=True)
class CourseAbout:
    """The batch as a whole.

    Attributes:
        max_points: What can be had in the end, with the manual points.
        made_at: With time zone.
        facts: More to say below the title, each in a few words, as "Late: 10 % a day".
    """

    lab: str
    title: str
    max_points: Decimal
    made_at: datetime
    grader_version: str
    rubric_hash: str = ""
    facts: tuple[str, ...] = ()

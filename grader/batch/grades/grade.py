"""The nouns: one student's grade, and all that a journal comes to."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from grader.batch.journal import Begun, Fault, Graded, HandedIn, Key, ManualGrade, Override, Student
from grader.batch.late import Lateness
from grader.results import LabResult, Outcome

__all__ = ["Book", "Counted", "FlakyCheck", "FlakyResult", "GivenPoints", "Grade", "GradeStatus"]

T = TypeVar("T")


class GradeStatus(StrEnum):
    """What a grade still lacks; what stands first here is told first."""

    COMPLETE = "complete"
    """Nothing."""
    MISSING = "missing"
    """Nothing was handed in."""
    UNCERTAIN = "uncertain"
    """Something was handed in that may be the student's, which a person must decide."""
    REFUSED = "refused"
    """Intake refuses what was handed in."""
    NOT_GRADED = "not_graded"
    """The current rubric has not graded it yet."""
    INCOMPLETE = "incomplete"
    """A check could not be graded, through no fault of the student's."""
    MANUAL_POINTS_MISSING = "manual_points_missing"
    """A person must still give points."""
    LATE_UNDECIDED = "late_undecided"
    """It is late, and a person must decide what that costs."""

    @property
    def reason(self) -> str:
        """What is the matter, for a teacher."""
        return _REASONS[self]


_REASONS = {
    GradeStatus.COMPLETE: "the grade is complete",
    GradeStatus.MISSING: "nothing was handed in",
    GradeStatus.UNCERTAIN: "it is not certain whose something is that was handed in",
    GradeStatus.REFUSED: "what was handed in was refused",
    GradeStatus.NOT_GRADED: "the current rubric has not graded it yet",
    GradeStatus.INCOMPLETE: "a check could not be graded, which is not the student's fault",
    GradeStatus.MANUAL_POINTS_MISSING: "points that a person gives are missing",
    GradeStatus.LATE_UNDECIDED: "it is late, and what that costs is not decided",
}


@dataclass(frozen=True)
class GivenPoints:
    """What a person has given for one manual criterion.

    Attributes:
        points: None if nobody has given any yet.
    """

    title: str
    points: Decimal | None
    max_points: Decimal


@dataclass(frozen=True)
class Grade:
    """One student's grade for one lab.

    Attributes:
        hand_in: The one that counts; None if there is none.
        result: The machine's; None if there is none under the current rubric.
        manual: The lab's manual criteria, in its order; empty without a result.
        late_deduction: Zero unless all that it is taken from is known.
        override: Points that stand instead of all others; None if there are none.
        final_points: None if the grade cannot be settled yet.
        is_flaky: Whether the same submission has had different results under the same conditions.
        notes: Sentences for the teacher.
    """

    student: Student
    status: GradeStatus
    hand_in: HandedIn | None = None
    lateness: Lateness | None = None
    result: LabResult | None = None
    manual: tuple[GivenPoints, ...] = ()
    late_deduction: Decimal = Decimal(0)
    override: Decimal | None = None
    final_points: Decimal | None = None
    max_points: Decimal | None = None
    is_flaky: bool = False
    notes: tuple[str, ...] = ()

    @property
    def manual_points(self) -> Decimal:
        """What persons have given so far."""
        return sum((given.points for given in self.manual if given.points is not None), Decimal(0))


@dataclass(frozen=True)
class Counted(Generic[T]):
    """A record, and whether it counts: of two about the same thing, the later one does."""

    record: T
    counts: bool


@dataclass(frozen=True)
class FlakyCheck:
    """A check that has ended in different ways under the same conditions.

    Attributes:
        seen: Each way once, with its points, in the order in which they were first seen.
    """

    id: str
    seen: tuple[tuple[Outcome, Decimal], ...]


@dataclass(frozen=True)
class FlakyResult:
    """The same key has given different results, which must not be."""

    key: Key
    checks: tuple[FlakyCheck, ...]


@dataclass(frozen=True)
class Book:
    """All that a journal comes to.

    Attributes:
        runs: In the order of the journal, as are results, faults, manual points and overrides.
        students: Those that count, sorted by id.
        hand_ins: Those that count, sorted by key.
        grades: One for each student, in their order.
    """

    lab: str
    title: str
    rubric_hash: str
    runs: tuple[Begun, ...]
    students: tuple[Student, ...]
    hand_ins: tuple[HandedIn, ...]
    results: tuple[Counted[Graded], ...]
    faults: tuple[Fault, ...]
    manual: tuple[Counted[ManualGrade], ...]
    overrides: tuple[Counted[Override], ...]
    flaky: tuple[FlakyResult, ...]
    grades: tuple[Grade, ...]

    @property
    def strays(self) -> tuple[HandedIn, ...]:
        """Hand-ins that lead to nobody who is in the course."""
        owned = (hand_in for hand_in in self.hand_ins if not (hand_in.students or hand_in.candidates))
        return tuple(owned)

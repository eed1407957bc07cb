"""Who moved between two gradings, on which check, and by how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from grader.batch.grades import Book, Grade
from grader.results import CheckResult, Outcome

__all__ = ["CheckMove", "Move", "moves_between"]


@dataclass(frozen=True)
class CheckMove:
    """A check that ended otherwise than before.

    Attributes:
        before: None if the check is new.
        after: None if the check is gone.
    """

    id: str
    title: str
    before: tuple[Outcome, Decimal] | None
    after: tuple[Outcome, Decimal] | None

    @property
    def points(self) -> Decimal:
        """By how much the student's points changed through it."""
        return (self.after[1] if self.after else Decimal(0)) - (self.before[1] if self.before else Decimal(0))


@dataclass(frozen=True)
class Move:
    """A student whose grade, or one of whose checks, is another than before.

    Attributes:
        before: The final points; None if the grade was not settled.
        after: Likewise.
    """

    student: str
    name: str
    before: Decimal | None
    after: Decimal | None
    checks: tuple[CheckMove, ...]


def moves_between(before: Book, after: Book) -> tuple[Move, ...]:
    """Everybody of whom something changed, in the order of the later book."""
    earlier = {grade.student.id: grade for grade in before.grades}
    return tuple(_moves(earlier, after))


def _moves(earlier: dict[str, Grade], after: Book) -> Iterator[Move]:
    for grade in after.grades:
        old = earlier.get(grade.student.id)
        checks = tuple(_check_moves(old, grade))
        points = old.final_points if old else None
        if checks or points != grade.final_points:
            yield Move(grade.student.id, grade.student.name, points, grade.final_points, checks)


def _check_moves(before: Grade | None, after: Grade) -> Iterator[CheckMove]:
    old, new = _checks(before), _checks(after)
    for check_id in {**old, **new}:
        was, now = _way(old.get(check_id)), _way(new.get(check_id))
        if was != now:
            check = (new.get(check_id) or old[check_id]).check
            yield CheckMove(check_id, check.title, was, now)


def _checks(grade: Grade | None) -> dict[str, CheckResult]:
    if grade is None or grade.result is None:
        return {}
    return {result.check.id: result for result in grade.result.checks}


def _way(result: CheckResult | None) -> tuple[Outcome, Decimal] | None:
    return None if result is None else (result.outcome, result.points)

"""A few sentences for the student, beside the points."""

from collections.abc import Iterator
from decimal import Decimal

from grader.batch.grades import Grade
from grader.batch.late import Lateness, Punctuality
from grader.reports.audience import for_student
from grader.reports.text import clip, one_line
from grader.results import LabResult, Outcome
from grader.scoring import points_text

__all__ = ["FIRST_WORDS", "feedback_lines"]

FIRST_WORDS = "Graded by machine:"
"""With which all feedback begins, so that it is told from a teacher's own."""

_MOST_CHECKS = 30
_LONGEST_LINE = 300


def feedback_lines(grade: Grade) -> list[str]:
    """What the points are made of, and what did not pass; nothing that only teachers may know."""
    return list(_lines(grade))


def _lines(grade: Grade) -> Iterator[str]:
    result = grade.result
    if result is None:
        yield f"{FIRST_WORDS} nothing."
    else:
        yield f"{FIRST_WORDS} {points_text(result.points)} of {points_text(result.max_points)} points."
    for given in grade.manual:
        if given.points is not None:
            earned = f"{points_text(given.points)} of {points_text(given.max_points)}"
            yield f"{one_line(given.title)}: {earned} points."
    if grade.late_deduction and grade.lateness is not None:
        yield _late(grade.lateness, grade.late_deduction)
    if grade.override is not None:
        yield f"Decided by your teacher: {points_text(grade.override)} points."
    if result is not None:
        yield from _lost(for_student(result))


def _late(lateness: Lateness, lost: Decimal) -> str:
    if lateness.punctuality is Punctuality.TOO_LATE:
        return "It came too late to be accepted."
    units = (
        f" by {lateness.units} {lateness.unit.value}{'s' * (lateness.units > 1)}" if lateness.units else ""
    )
    return f"Late{units}: {points_text(lost)} points less."


def _lost(result: LabResult) -> Iterator[str]:
    lost = [check for check in result.checks if check.outcome is not Outcome.PASSED]
    for check in lost[:_MOST_CHECKS]:
        points = f"{points_text(check.points)} of {points_text(check.check.points)}"
        yield clip(f"{one_line(check.check.title)} ({points}): {one_line(check.message)}", _LONGEST_LINE)
    if len(lost) > _MOST_CHECKS:
        yield f"And {len(lost) - _MOST_CHECKS} more checks."

"""Points arithmetic: pure and exact, in hundredths of a point."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from grader.errors import CourseError
from grader.results import CheckResult, Criterion, Outcome, Status

__all__ = [
    "Tally",
    "by_criterion",
    "parse_points",
    "percent",
    "points_text",
    "settle",
    "split_points",
    "status_of",
    "total",
]

_CENT = Decimal("0.01")
_MOST_POINTS = 1_000_000  # far below where a JSON number with two decimals stops being exact


@dataclass(frozen=True)
class Tally:
    """What some checks are worth together.

    Attributes:
        counts: How many ended in which way; every outcome is a key.
    """

    points: Decimal
    max_points: Decimal
    counts: Mapping[Outcome, int]


def parse_points(value: object) -> Decimal:
    """Points as a rubric writes them, with exactly two decimals.

    Raises:
        CourseError: No number, negative, more than two decimals, or more than a million.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise CourseError(f"{value!r} is no number of points. Write a number such as 6 or 2.5.")
    if isinstance(value, int) and abs(value) > _MOST_POINTS:  # with thousands of digits it has no text
        raise CourseError(f"So many points cannot be given. Points go from 0 to {_MOST_POINTS}.")
    try:
        points = Decimal(str(value))
    except InvalidOperation as error:
        raise CourseError(f"{value!r} is no number of points. Write a number such as 6 or 2.5.") from error
    if not points.is_finite() or not 0 <= points <= _MOST_POINTS:
        raise CourseError(f"{value!r} points cannot be given. Points go from 0 to {_MOST_POINTS}.")
    if points != round(points, 2):
        raise CourseError(f"{value!r} points have more than two decimals. Round them to hundredths.")
    return abs(round(points, 2))


def points_text(points: Decimal) -> str:
    """Points as a person writes them: `6`, `2.5`, `3.34`."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def split_points(points: Decimal, cases: int) -> tuple[Decimal, ...]:
    """Shares the points of a check among its parametrized cases; the first ones get the odd hundredths.

    Raises:
        CourseError: No cases, or so many that one would be worth nothing.
    """
    if cases < 1:
        raise CourseError("A parametrized check has no cases. Give it at least one.")
    share, odd = divmod(_cents(points), cases)
    if points and not share:
        raise CourseError(
            f"{points_text(points)} points cannot be shared among {cases} cases: "
            "some would be worth nothing. Give the check more points or fewer cases."
        )
    return tuple((share + (case < odd)) * _CENT for case in range(cases))


def settle(points: Decimal, *, passed: bool, awards: Sequence[Decimal]) -> tuple[Outcome, Decimal]:
    """How a check that ran to its end turns out, and what it earns.

    Args:
        points: What the check is worth.
        passed: Whether it passed; it then earns everything, whatever was awarded.
        awards: What the rubric awarded on the way, kept if the check failed.

    Raises:
        CourseError: The awards of a failed check reach its points, so that failing costs nothing.
    """
    if passed:
        return Outcome.PASSED, points
    earned = sum(awards, Decimal(0))
    if any(award < 0 for award in awards) or (awards and earned >= points):
        raise CourseError(
            f"A failed check that is worth {points_text(points)} points was awarded {points_text(earned)}. "
            "Awards are not negative, and together less than the check's points."
        )
    return (Outcome.PARTIAL if earned else Outcome.FAILED), earned


def total(checks: Iterable[CheckResult]) -> Tally:
    """What all these checks are worth together."""
    checks = tuple(checks)
    counts = Counter(result.outcome for result in checks)
    return Tally(
        points=sum((result.points for result in checks), Decimal(0)),
        max_points=sum((result.check.points for result in checks), Decimal(0)),
        counts=MappingProxyType({outcome: counts[outcome] for outcome in Outcome}),
    )


def by_criterion(results: Iterable[CheckResult]) -> dict[Criterion, Tally]:
    """The tally of each criterion that occurs, in the order in which the criteria are declared."""
    results = tuple(results)
    occurring = {result.check.criterion for result in results}
    return {
        criterion: total(result for result in results if result.check.criterion is criterion)
        for criterion in Criterion
        if criterion in occurring
    }


def percent(points: Decimal, max_points: Decimal) -> Decimal:
    """Earned of possible points in percent, rounded down to two decimals, so that 100 means all."""
    if not max_points:
        return Decimal(0)
    return _cents(points) * 10_000 // _cents(max_points) * _CENT


def status_of(checks: Iterable[CheckResult]) -> Status:
    """Incomplete if one check could not be graded."""
    if any(result.outcome is Outcome.UNGRADED for result in checks):
        return Status.INCOMPLETE
    return Status.COMPLETE


def _cents(points: Decimal) -> int:
    return int(points * 100)

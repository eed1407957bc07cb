"""What a batch says about each check of a rubric."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from grader.reports.html.figures import Segment, share, stack
from grader.reports.html.words import CAUSES
from grader.results import Check, CheckResult, LabResult, Outcome

__all__ = ["Hurdle", "checks_of", "hurdles"]

_MOST_CAUSES = 2


@dataclass(frozen=True)
class Hurdle:
    """How the students fared at one check.

    Attributes:
        number: Its place in the rubric, from 1.
        passed: Students who passed, in percent of those for whom it was decided.
        missed: Students who did not pass, of those for whom it was decided.
        mean_points: Of those for whom it was decided.
        causes: The most frequent causes, in words.
    """

    check: Check
    number: int
    segments: tuple[Segment, ...]
    passed: float
    missed: int
    mean_points: Decimal
    causes: str


def checks_of(results: Iterable[LabResult]) -> list[Check]:
    """Every check that occurs, in the order in which they turn up; of two with one id the first."""
    found: dict[str, Check] = {}
    for result in results:
        for ended in result.checks:
            found.setdefault(ended.check.id, ended.check)
    return list(found.values())


def hurdles(results: Sequence[LabResult], checks: Sequence[Check]) -> list[Hurdle]:
    """One for each check, in the same order."""
    ended: dict[str, list[CheckResult]] = {check.id: [] for check in checks}
    for result in results:
        for check in result.checks:
            ended[check.check.id].append(check)
    return [_hurdle(check, number, ended[check.id]) for number, check in enumerate(checks, start=1)]


def _hurdle(check: Check, number: int, ended: Sequence[CheckResult]) -> Hurdle:
    counts = Counter(result.outcome for result in ended)
    decided = len(ended) - counts[Outcome.UNGRADED]
    points = [result.points for result in ended if result.outcome is not Outcome.UNGRADED]
    causes = Counter(result.cause for result in ended if result.cause)
    return Hurdle(
        check=check,
        number=number,
        segments=stack(counts),
        passed=share(counts[Outcome.PASSED], decided),
        missed=decided - counts[Outcome.PASSED],
        mean_points=round(mean(points), 2) if points else Decimal(0),
        causes=", ".join(f"{CAUSES[cause]} {count:,}" for cause, count in causes.most_common(_MOST_CAUSES)),
    )

"""Flaky results: the same submission, rubric, seed and level, and yet another outcome."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from grader.batch.grades.grade import FlakyCheck, FlakyResult
from grader.batch.journal import Graded, Key
from grader.results import LabResult, Outcome, Status

__all__ = ["flaky_results"]

_Way = tuple[Outcome, Decimal]


def flaky_results(graded: Iterable[Graded]) -> tuple[FlakyResult, ...]:
    """Every key whose complete results differ; a fault of the grader's that went away is no difference."""
    by_key: dict[Key, list[LabResult]] = {}
    for one in graded:
        if one.result.status is Status.COMPLETE:
            by_key.setdefault(one.key, []).append(one.result)
    found = (FlakyResult(key, tuple(_differing(results))) for key, results in by_key.items())
    return tuple(flaky for flaky in found if flaky.checks)


def _differing(results: Sequence[LabResult]) -> Iterator[FlakyCheck]:
    seen: dict[str, dict[_Way, None]] = {}
    for result in results:
        for check in result.checks:
            seen.setdefault(check.check.id, {})[check.outcome, check.points] = None
    for check_id, ways in seen.items():
        if len(ways) > 1:
            yield FlakyCheck(check_id, tuple(ways))

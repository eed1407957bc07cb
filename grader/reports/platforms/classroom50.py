"""Classroom 50: `result.json`, but for the fields that only its runner knows.

`integrations/classroom50/autograder.py` stamps those from the runner's environment. Scores are whole numbers
there: points are counted in tenths or hundredths if some check's maximum needs it, and what is earned is
rounded down, so that a full score means that everything passed.
"""

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal

from grader.reports.base import ReportOptions
from grader.reports.platforms.rows import Row, explain, rows_of
from grader.reports.record import dump_json, number
from grader.results import LabResult, Outcome, Status

__all__ = ["render"]

_SCHEMA = "classroom50/result/v1"
_MOST_TESTS = 100
_NAME_BYTES = 100
_TEXT_LENGTH = 2000


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The file; an incomplete result has the score 0 of 0, as the runner itself writes if grading broke."""
    rows = rows_of(result, most=_MOST_TESTS, name_bytes=_NAME_BYTES)
    scale = _scale(check.check.points for check in result.checks)
    is_open = result.status is Status.INCOMPLETE
    tests = [_test(row, 0 if is_open else scale) for row in rows]
    document = {
        "schema": _SCHEMA,
        "graded_at": f"{result.started_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": [{**test, **_extras(row)} for test, row in zip(tests, rows, strict=True)],
    }
    return dump_json(document).encode("utf-8")


def _scale(points: Iterable[Decimal]) -> int:
    """How many units a point has, so that every maximum is a whole number of them."""
    points = tuple(points)
    return next(scale for scale in (1, 10, 100) if all(one * scale % 1 == 0 for one in points))


def _test(row: Row, scale: int) -> dict[str, int]:
    return {"score": int(row.points * scale), "max-score": int(row.max_points * scale)}


def _extras(row: Row) -> dict[str, object]:
    return {
        "test-name": row.name,
        "passed": row.outcome is Outcome.PASSED,
        "outcome": row.outcome.value,
        "criterion": row.criterion,
        "points": number(row.points),
        "max-points": number(row.max_points),
        "message": explain(row, _TEXT_LENGTH),
    }

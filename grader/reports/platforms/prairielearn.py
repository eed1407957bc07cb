"""PrairieLearn: `results.json` of an external grader. It escapes texts for HTML itself."""

from collections.abc import Iterable
from typing import Any

from grader.reports.base import ReportOptions
from grader.reports.platforms.rows import Row, rows_of, summary
from grader.reports.record import dump_json, number
from grader.reports.text import clip, fit, one_line
from grader.results import LabResult, Outcome, Status

__all__ = ["render"]

_MOST_TESTS = 200
_NAME_BYTES = 400
_MOST_BYTES = 1_000_000


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The file; an incomplete result is not gradable, which costs the student no attempt and no points."""
    rows = rows_of(result, most=_MOST_TESTS, name_bytes=_NAME_BYTES)
    return fit(lambda length: _document(result, rows, length), _MOST_BYTES)


def _document(result: LabResult, rows: Iterable[Row], length: int) -> bytes:
    text = summary(result)
    document: dict[str, Any]
    if result.status is Status.INCOMPLETE:
        document = {"gradable": False, "format_errors": [one_line(text.partition("\n")[0])]}
    else:
        share = result.points / result.max_points if result.max_points else 0
        document = {"gradable": True, "score": float(share)}
    document |= {"message": text, "tests": [_test(row, length) for row in rows]}
    return dump_json(document).encode("utf-8")


def _test(row: Row, length: int) -> dict[str, Any]:
    is_graded = row.outcome is not Outcome.UNGRADED
    return {
        "name": row.name,
        "description": row.criterion,
        "points": number(row.points),
        # Without a maximum PrairieLearn shows the points of no test; of 0, it takes a test for neutral.
        "max_points": number(row.max_points) if is_graded else 0,
        "message": clip(row.message, length),
        "output": clip(row.details, length),
    }

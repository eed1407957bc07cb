"""Gradescope: `results.json`.

A hidden check shows its name and points only. Gradescope's own `hidden` would not do: that is for tests that
give no points, and tests hidden for a time take the total from the student's view.
"""

from typing import Any

from grader.reports.base import ReportOptions
from grader.reports.platforms.rows import Row, explain, rows_of, summary
from grader.reports.record import dump_json, number
from grader.results import LabResult, Outcome, Status

__all__ = ["render"]

_MOST_TESTS = 500
_NAME_BYTES = 400
_TEXT_LENGTH = 16_384


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The file; an incomplete result has no score at all, since zero would be a grade."""
    is_open = result.status is Status.INCOMPLETE
    rows = rows_of(result, most=_MOST_TESTS, name_bytes=_NAME_BYTES)
    document: dict[str, Any] = {} if is_open else {"score": number(result.points)}
    document |= {
        "execution_time": max(result.duration_s, 0),
        "output": summary(result),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "lab": result.lab,
            "status": result.status.value,
            "seed": result.seed,
            "rubric_hash": result.rubric_hash,
            "submission_hash": result.submission_hash,
            "grader_version": result.grader_version,
        },
        "tests": [_test(place, row, is_open=is_open) for place, row in enumerate(rows, start=1)],
    }
    return dump_json(document).encode("utf-8")


def _test(place: int, row: Row, *, is_open: bool) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": row.name,
        "number": str(place),
        "output": explain(row, _TEXT_LENGTH),
        "tags": [tag for tag in (row.criterion, "hidden" if row.is_hidden else "") if tag],
        "visibility": "visible",
    }
    if not is_open:
        test |= {"score": number(row.points), "max_score": number(row.max_points)}
    if row.outcome is not Outcome.UNGRADED:
        test["status"] = "passed" if row.outcome is Outcome.PASSED else "failed"
    return test

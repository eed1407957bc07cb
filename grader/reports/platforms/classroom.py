"""GitHub Classroom: the text that its grading reporter (autograding-grading-reporter) takes from a step.

It is JSON in base64. The reporter adds up the tests' scores in binary floating point, reports nothing if the
maximum is zero, and prints names and messages as they stand into a log whose lines can be commands.
"""

import base64
import json
import math
import operator
from collections.abc import Iterable, Sequence
from functools import reduce

from grader.reports.base import ReportOptions
from grader.reports.platforms.rows import Row, explain, rows_of
from grader.reports.record import number
from grader.reports.text import fit
from grader.results import LabResult, Outcome, Status

__all__ = ["render"]

_MOST_TESTS = 100
_NAME_BYTES = 200
_MOST_BYTES = 95_000  # in base64 just below the 128 KiB that one environment variable may have on Linux

_STATUSES = {Outcome.PASSED: "pass", Outcome.UNGRADED: "error"}


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The base64 text on one line, as it stands in a step's output."""
    rows = rows_of(result, most=_MOST_TESTS, name_bytes=_NAME_BYTES)
    return base64.b64encode(fit(lambda length: _document(result, rows, length), _MOST_BYTES))


def _document(result: LabResult, rows: Iterable[Row], length: int) -> bytes:
    rows = tuple(rows)
    is_open = result.status is Status.INCOMPLETE
    document = {
        "version": 1,
        "status": "error" if is_open else _status_of(rows),
        "max_score": 0 if is_open else number(result.max_points),
        "tests": [
            {
                "name": row.name,
                "status": _STATUSES.get(row.outcome, "fail"),
                "score": score,
                "message": explain(row, length) or None,
                "test_code": "",
                "filename": "",
                "line_no": 0,
                "duration": round(row.duration_s * 1000),
            }
            for row, score in zip(rows, _scores(rows), strict=True)
        ],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _status_of(rows: Iterable[Row]) -> str:
    return "pass" if all(row.outcome is Outcome.PASSED for row in rows) else "fail"


def _scores(rows: Sequence[Row]) -> list[float]:
    """The points as numbers whose sum, added up from the left as the reporter does, is the exact total."""
    scores: list[float] = [number(row.points) for row in rows]
    total = sum(int(row.points * 100) for row in rows) / 100
    if not scores or reduce(operator.add, scores) == total:
        return scores
    # Whole multiples of the total's last binary digit add up without any rounding.
    unit = math.ulp(total)
    scores = [round(score / unit) * unit for score in scores]
    last = max(range(len(scores)), key=scores.__getitem__)
    scores[last] += total - reduce(operator.add, scores)
    return scores

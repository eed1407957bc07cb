"""CTRF, the Common Test Report Format (ctrf.io, specification 1.0.0).

Its schema knows neither points nor errors and allows no keys of one's own: points stand in `extra`, the true
outcome in `rawStatus`. All times are whole milliseconds.
"""

from datetime import UTC
from typing import Any

from grader.reports.base import ReportOptions
from grader.reports.record import dump_json, number
from grader.reports.text import clip, one_line, visible
from grader.results import CheckResult, LabResult, Outcome

__all__ = ["render"]

_SPECIFICATION = "1.0.0"
_TEXT_LENGTH = 65_536

_STATUSES = {Outcome.PASSED: "passed", Outcome.UNGRADED: "other"}
"""Whatever else costs points is `failed`: readers show `skipped` as if nothing were lost."""


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The report as a file, valid against the published schema."""
    started_at = result.started_at.astimezone(UTC)
    document = {
        "reportFormat": "CTRF",
        "specVersion": _SPECIFICATION,
        "timestamp": f"{started_at:%Y-%m-%dT%H:%M:%SZ}",
        "generatedBy": "dblab-grader",
        "results": {
            "tool": {"name": "dblab-grader", "version": one_line(result.grader_version)},
            "summary": _summary(result),
            "tests": [_test(result.lab, check) for check in result.checks],
        },
    }
    return dump_json(document).encode("utf-8")


def _summary(result: LabResult) -> dict[str, Any]:
    statuses = [_status(check) for check in result.checks]
    start = int(result.started_at.timestamp() * 1000)
    return {
        "tests": len(statuses),
        **{name: statuses.count(name) for name in ("passed", "failed", "skipped", "pending", "other")},
        "start": start,
        "stop": start + _milliseconds(result.duration_s),
        "duration": _milliseconds(result.duration_s),
        "extra": {
            "lab": result.lab,
            "status": result.status.value,
            "points": number(result.points),
            "max_points": number(result.max_points),
            "percent": number(result.percent),
            "seed": result.seed,
            "backend": result.backend,
            "isolation": result.isolation,
            "rubric_hash": result.rubric_hash,
            "submission_hash": result.submission_hash,
            "services": [f"{service.name} {service.version}" for service in result.services],
            "manual": [{"title": item.title, "points": number(item.points)} for item in result.manual],
            "notes": list(result.notes),
        },
    }


def _test(lab: str, result: CheckResult) -> dict[str, Any]:
    check = result.check
    test: dict[str, Any] = {
        "testId": one_line(check.id) or "unnamed",
        "name": one_line(check.title) or one_line(check.id) or "unnamed",
        "status": _status(result),
        "rawStatus": result.outcome.value,
        "duration": _milliseconds(result.duration_s),
        "suite": [one_line(lab), check.criterion.value],
        "extra": {
            "points": number(result.points),
            "max_points": number(check.points),
            "cause": result.cause.value if result.cause else None,
            "hidden": check.hidden,
            "hint": visible(check.hint),
            "needs": check.needs,
        },
    }
    if result.message:
        test["message"] = _text(result.message)
    if result.traceback:
        test["trace"] = _text(result.traceback)
    if result.output:
        test["stdout"] = _text(result.output).split("\n")
    return test


def _status(result: CheckResult) -> str:
    return _STATUSES.get(result.outcome, "failed")


def _text(text: str) -> str:
    return clip(visible(text), _TEXT_LENGTH)


def _milliseconds(seconds: float) -> int:
    return round(max(seconds, 0) * 1000)

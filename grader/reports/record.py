"""The canonical record: a result as JSON that reads back exactly."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from importlib import resources
from typing import Any

from grader.errors import GraderError, UsageError
from grader.reports.base import ReportOptions
from grader.results import (
    Cause,
    Check,
    CheckResult,
    Criterion,
    LabResult,
    ManualPoints,
    Outcome,
    Pattern,
    ServiceInfo,
    Status,
)
from grader.scoring import parse_points

__all__ = ["SCHEMA", "dump_json", "dumps", "from_json", "json_schema", "loads", "number", "render", "to_json"]

SCHEMA = "dblab-grader/lab-result/1"

_MOST_SECONDS = 1e12

# Legal in JSON, but unseen, active in a terminal, not encodable (surrogates), or the start of a command to
# GitHub's runner (##[name], anywhere in a line of its log): written as escapes.
_ESCAPED = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufeff\ufffe\uffff]|(?<=##)\\["
)


def to_json(result: LabResult) -> dict[str, Any]:
    """The record as plain JSON values, its keys always in the same order."""
    return {
        "schema": SCHEMA,
        "lab": result.lab,
        "title": result.title,
        "status": result.status.value,
        "points": number(result.points),
        "max_points": number(result.max_points),
        "percent": number(result.percent),
        "seed": result.seed,
        "backend": result.backend,
        "isolation": result.isolation,
        "grader_version": result.grader_version,
        "rubric_hash": result.rubric_hash,
        "submission_hash": result.submission_hash,
        "started_at": result.started_at.isoformat(),
        "duration_s": result.duration_s,
        "services": [{"name": service.name, "version": service.version} for service in result.services],
        "checks": [_check_to_json(check) for check in result.checks],
        "manual": [{"title": item.title, "points": number(item.points)} for item in result.manual],
        "notes": list(result.notes),
        "pattern": _pattern_to_json(result.pattern),
    }


def _pattern_to_json(pattern: Pattern | None) -> dict[str, str] | None:
    if pattern is None:
        return None
    return {"sentence": pattern.sentence, "section": pattern.section, "link": pattern.link}


def _check_to_json(result: CheckResult) -> dict[str, Any]:
    check = result.check
    return {
        "id": check.id,
        "title": check.title,
        "criterion": check.criterion.value,
        "hidden": check.hidden,
        "outcome": result.outcome.value,
        "cause": result.cause.value if result.cause else None,
        "points": number(result.points),
        "max_points": number(check.points),
        "message": result.message,
        "traceback": result.traceback,
        "hint": check.hint,
        "output": result.output,
        "duration_s": result.duration_s,
        "needs": check.needs,
        "timeout_s": check.timeout_s,
        "teacher_note": result.teacher_note,
    }


def number(points: Decimal) -> int | float:
    """The JSON number that prints as these points do: `6`, `2.5`, `3.34`."""
    return int(points) if points == int(points) else float(points)


def from_json(data: object) -> LabResult:
    """Reads a record back.

    Raises:
        UsageError: It is no record, or of another version.
    """
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        found = data.get("schema") if isinstance(data, Mapping) else type(data).__name__
        raise UsageError(f"This is no record of a lab result: its schema is {found!r} and not {SCHEMA!r}.")
    try:
        return _result_from_json(data)
    except (KeyError, TypeError, ValueError, GraderError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise UsageError(
            f"The record of a lab result cannot be read: {reason}. Use a file that `--report json=` wrote."
        ) from error


def _result_from_json(data: Mapping[str, Any]) -> LabResult:
    return LabResult(
        lab=_text(data, "lab"),
        title=_text(data, "title"),
        status=Status(data["status"]),
        points=_points(data, "points"),
        max_points=_points(data, "max_points"),
        percent=_points(data, "percent"),
        seed=_whole(data, "seed"),
        backend=_text(data, "backend"),
        isolation=_text(data, "isolation"),
        grader_version=_text(data, "grader_version"),
        rubric_hash=_text(data, "rubric_hash"),
        submission_hash=_text(data, "submission_hash"),
        started_at=datetime.fromisoformat(_text(data, "started_at")),
        duration_s=_seconds(data, "duration_s"),
        services=tuple(ServiceInfo(_text(item, "name"), _text(item, "version")) for item in data["services"]),
        checks=tuple(_check_from_json(item) for item in data["checks"]),
        manual=tuple(ManualPoints(_text(item, "title"), _points(item, "points")) for item in data["manual"]),
        notes=tuple(_string(note, "notes") for note in data["notes"]),
        pattern=_pattern_from_json(data.get("pattern")),  # records of earlier versions have none
    )


def _pattern_from_json(data: Mapping[str, Any] | None) -> Pattern | None:
    if data is None:
        return None
    return Pattern(_text(data, "sentence"), _text(data, "section"), _text(data, "link"))


def _check_from_json(data: Mapping[str, Any]) -> CheckResult:
    check = Check(
        id=_text(data, "id"),
        title=_text(data, "title"),
        criterion=Criterion(data["criterion"]),
        points=_points(data, "max_points"),
        hidden=data["hidden"] is True,
        hint=_text(data, "hint"),
        needs=None if data["needs"] is None else _text(data, "needs"),
        timeout_s=_seconds(data, "timeout_s"),
    )
    return CheckResult(
        check=check,
        outcome=Outcome(data["outcome"]),
        points=_points(data, "points"),
        cause=None if data["cause"] is None else Cause(data["cause"]),
        message=_text(data, "message"),
        traceback=_text(data, "traceback"),
        output=_text(data, "output"),
        duration_s=_seconds(data, "duration_s"),
        teacher_note=_text(data, "teacher_note"),
    )


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _text(data: Mapping[str, Any], key: str) -> str:
    return _string(data[key], key)


def _points(data: Mapping[str, Any], key: str) -> Decimal:
    if isinstance(data[key], str):
        raise TypeError(f"{key} is a text and no number")
    return parse_points(data[key])


def _whole(data: Mapping[str, Any], key: str) -> int:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{key} is no whole number")
    return value


def _seconds(data: Mapping[str, Any], key: str) -> float:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{key} is no number")
    if not 0 <= value <= _MOST_SECONDS:
        raise ValueError(f"{key} is no time that anything takes")
    return value


def dumps(result: LabResult) -> str:
    """The record as text, with a newline at its end.

    Two lone surrogates that happen to form a pair read back as the one character that they encode.
    """
    return dump_json(to_json(result))


def dump_json(data: object) -> str:
    """Plain values as readable JSON text in which no character can hide or act on a terminal."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"


def loads(text: str | bytes) -> LabResult:
    """Reads the text of a record.

    Raises:
        UsageError: It is no JSON, no record, or of another version.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"This is no record of a lab result: it is no JSON ({error}).") from error
    return from_json(data)


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The record as a file."""
    return dumps(result).encode("utf-8")


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of the record."""
    file = resources.files("grader.reports") / "schema" / "lab-result-1.schema.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema

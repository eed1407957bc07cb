"""A record as one line of JSON, and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from grader.batch.journal.records import (
    Begun,
    Fault,
    Graded,
    HandedIn,
    ManualGrade,
    Override,
    Record,
    Student,
)
from grader.errors import GraderError, UsageError
from grader.reports.record import from_json, number, to_json
from grader.scoring import parse_points

__all__ = ["from_line", "to_line"]

_KINDS: Mapping[str, type[Record]] = MappingProxyType(
    {
        "begun": Begun,
        "student": Student,
        "handed_in": HandedIn,
        "graded": Graded,
        "fault": Fault,
        "manual": ManualGrade,
        "override": Override,
    }
)
_NAMES = {kind: name for name, kind in _KINDS.items()}


def _texts(value: Any) -> Any:  # noqa: ANN401 - whatever stands there
    return tuple(value) if isinstance(value, list) else value


_READ: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "result": from_json,
        "at": datetime.fromisoformat,
        "submitted_at": lambda value: None if value is None else datetime.fromisoformat(value),
        "points": lambda value: None if value is None else parse_points(value),
        "students": _texts,
        "candidates": _texts,
        "hand_ins": _texts,
        "notes": _texts,
    }
)
"""By field, what makes the value of what JSON gives."""


def to_line(record: Record) -> bytes:
    """The record as a line, with its end."""
    values: dict[str, Any] = {"record": _NAMES[type(record)]}
    for field in fields(record):
        values[field.name] = _plain(getattr(record, field.name))
    # Only ASCII: a lone surrogate in a student's output has no UTF-8, and no other line end can hide.
    return json.dumps(values, allow_nan=False).encode("ascii") + b"\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of any record
    match value:
        case datetime():
            return value.isoformat()
        case Decimal():
            return number(value)
        case Mapping():
            return dict(value)
        case tuple():
            return list(value)
        case None | bool() | int() | str():
            return value
        case _:
            return to_json(value)


def from_line(line: bytes) -> Record:
    """The record that a line holds.

    Raises:
        UsageError: It holds none.
    """
    try:
        values = json.loads(line)
        kind = _KINDS[values.pop("record")]
        types = get_type_hints(kind)
        return kind(**{name: _read(name, value, types[name]) for name, value in values.items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, GraderError) as error:
        raise UsageError(f"no record can be read from it ({type(error).__name__}: {error})") from error


def _read(name: str, value: Any, kind: Any) -> Any:  # noqa: ANN401 - any field of any record
    found = _READ[name](value) if name in _READ else value
    if not _is_of(found, kind):
        raise TypeError(f"{name} cannot be {value!r:.60}")
    return found


def _is_of(value: Any, kind: Any) -> bool:  # noqa: ANN401 - any field of any record
    """Whether a value is of a field's type; texts are all that a tuple or a mapping holds here."""
    origin = get_origin(kind)
    if origin is UnionType:
        return any(_is_of(value, one) for one in get_args(kind))
    if origin is not None:
        items = value.values() if isinstance(value, Mapping) else value
        return isinstance(value, origin) and all(isinstance(item, str) for item in items)
    if isinstance(value, bool):
        return kind is bool
    is_exact = not isinstance(value, datetime) or value.tzinfo is not None
    return isinstance(value, kind) and is_exact

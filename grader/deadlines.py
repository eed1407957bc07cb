"""Deadlines: when a lab is due, and what lateness costs, as `course.toml` says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from grader.config import course_tables
from grader.course import Course
from grader.errors import CourseError
from grader.scoring import parse_points

__all__ = ["Deadline", "LatePolicy", "LateUnit", "PercentOf", "read_deadline"]

_KNOWN_KEYS = frozenset(
    {
        "unit",
        "percent",
        "percent_of",
        "grace_minutes",
        "cap_percent",
        "drop_after",
        "flat_percent",
        "time_zone",
    }
)
_ALL = Decimal(100)


class LateUnit(StrEnum):
    """What lateness is counted in; a begun one counts whole."""

    HOUR = "hour"
    """An hour."""
    DAY = "day"
    """24 hours, whatever the clocks do."""

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return timedelta(hours=1) if self is LateUnit.HOUR else timedelta(days=1)


class PercentOf(StrEnum):
    """What a deduction is a percentage of."""

    POSSIBLE = "possible"
    """All points that the lab has."""
    EARNED = "earned"
    """The points that the student has earned."""


@dataclass(frozen=True)
class LatePolicy:
    """What lateness costs.

    Attributes:
        percent: Deducted for each unit.
        grace: How late is still in time; what is later is counted from the due time all the same.
        cap_percent: The most that is deducted from what is still accepted.
        drop_after: Units after which a hand-in has no points; None if it is always accepted.
        flat_percent: Deducted if nobody knows how late; None if a person decides then.
    """

    unit: LateUnit = LateUnit.DAY
    percent: Decimal = Decimal(0)
    percent_of: PercentOf = PercentOf.POSSIBLE
    grace: timedelta = timedelta(0)
    cap_percent: Decimal = _ALL
    drop_after: int | None = None
    flat_percent: Decimal | None = None


@dataclass(frozen=True)
class Deadline:
    """What the hand-ins of one lab are measured by.

    Attributes:
        due: With time zone; None if the course does not say.
        extensions: By a student's id, when it is due for this student.
        policy: None if lateness costs nothing.
    """

    due: datetime | None = None
    extensions: Mapping[str, datetime] = field(default_factory=dict, hash=False)
    policy: LatePolicy | None = None

    def due_for(self, student: str) -> datetime | None:
        """When it is due for this student."""
        return self.extensions.get(student, self.due)


def read_deadline(course: Course, lab_id: str) -> Deadline:
    """Reads `[late]`, `[due]` and `[extensions]` of the course's `course.toml`.

    Raises:
        CourseError: They say something that is not understood.
        UsageError: The file is no TOML.
    """
    path = course.root / "course.toml"
    tables = course_tables(path)
    late, due, extensions = (_table(path, tables, name) for name in ("late", "due", "extensions"))
    for name in ("due", "extensions"):
        _refuse_unknown(path, name, _table(path, tables, name), course.lab_ids())
    _refuse_unknown(path, "late", late, _KNOWN_KEYS)
    zone = _zone(path, late.get("time_zone"))
    return Deadline(
        due=_moment(path, f"[due] {lab_id}", due[lab_id], zone) if lab_id in due else None,
        extensions={
            student: _moment(path, f"[extensions.{lab_id}] {student}", value, zone)
            for student, value in _table(path, extensions, lab_id).items()
        },
        policy=_policy(path, late) if "late" in tables else None,
    )


def _policy(path: Path, late: Mapping[str, Any]) -> LatePolicy:
    flat = late.get("flat_percent")
    drop_after = late.get("drop_after")
    return LatePolicy(
        unit=LateUnit(_choice(path, late, "unit", LateUnit.DAY)),
        percent=_percent(path, "percent", late.get("percent", 0)),
        percent_of=PercentOf(_choice(path, late, "percent_of", PercentOf.POSSIBLE)),
        grace=timedelta(minutes=_whole(path, "grace_minutes", late.get("grace_minutes", 0))),
        cap_percent=_percent(path, "cap_percent", late.get("cap_percent", 100)),
        drop_after=None if drop_after is None else _whole(path, "drop_after", drop_after),
        flat_percent=None if flat is None else _percent(path, "flat_percent", flat),
    )


def _table(path: Path, tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise CourseError(f"{path}: {name} must be a table, written as [{name}].")
    return table


def _refuse_unknown(path: Path, name: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
    known = sorted(known)
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise CourseError(f"{path}: [{name}] does not know {key!r}. {meant}Known: {', '.join(known)}.")


def _choice(path: Path, table: Mapping[str, Any], key: str, default: StrEnum) -> str:
    value = table.get(key, default.value)
    allowed = [member.value for member in type(default)]
    if value not in allowed:
        found = f"is {value!r}, and " if isinstance(value, str) else ""
        raise CourseError(f"{path}: [late] {key} {found}must be one of {', '.join(allowed)}.")
    return str(value)


def _percent(path: Path, key: str, value: object) -> Decimal:
    try:
        percent = parse_points(value)
    except CourseError as error:
        raise CourseError(f"{path}: [late] {key} must be a number with at most two decimals.") from error
    if percent > _ALL:
        raise CourseError(f"{path}: [late] {key} is {value}, and must be from 0 to 100.")
    return percent


def _whole(path: Path, key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**6:
        raise CourseError(f"{path}: [late] {key} must be a whole number, not negative.")
    return value


def _zone(path: Path, name: object) -> ZoneInfo | None:
    if name is None:
        return None
    if not isinstance(name, str):
        raise CourseError(f"{path}: [late] time_zone must be a text such as Europe/Prague.")
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:  # KeyError: ZoneInfoNotFoundError
        raise CourseError(
            f"{path}: [late] time_zone: this machine knows no {name!r}. Write a name such as Europe/Prague, "
            "or write due times with their offset; a bare system may need its tzdata package."
        ) from error


def _moment(path: Path, where: str, value: object, zone: ZoneInfo | None) -> datetime:
    """The moment that is meant; a date alone means the end of that day."""
    try:
        return _in_utc(path, where, value, zone)
    except OverflowError as error:
        raise CourseError(f"{path}: {where} is too far away. Leave out what is never due.") from error


def _in_utc(path: Path, where: str, value: object, zone: ZoneInfo | None) -> datetime:
    if isinstance(value, datetime):
        local = value
    elif isinstance(value, date):
        local = datetime.combine(value, time()) + timedelta(days=1)
    else:
        raise CourseError(f"{path}: {where} must be a date or a date with a time, without quotes.")
    if local.tzinfo is not None:
        return local
    if zone is None:
        raise CourseError(
            f'{path}: {where} has no time zone. Write [late] time_zone = "Europe/Prague", or the time with '
            "its offset, as 2026-03-01T18:00:00+01:00."
        )
    # Where clocks change, a time can be there twice or never: the later reading is the student's.
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))

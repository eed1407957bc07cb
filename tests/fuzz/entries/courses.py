"""The files of a course, as a teacher writes them by hand."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.config import read_settings
from grader.course import Course, read_lab
from grader.deadlines import read_deadline
from grader.errors import CourseError, GraderError
from grader.specimens import known_specimens
from tests.fuzz.hostile import Luck, refusing
from tests.fuzz.mutations import mutated

__all__ = ["course_toml", "lab_toml", "specimens_toml"]

_KEYS = (
    *("title", "module", "files", "packages", "services", "on_demand", "limits", "manual", "redis", "sqlite"),
    *("client", "commands", "memory_mb", "points", "score", "says", "fails", "blocked", "teaches", "section"),
    *("unit", "percent", "percent_of", "grace_minutes", "cap_percent", "drop_after", "flat_percent"),
    *("time_zone", "handout", "course", "isolation", "redis_image", "notes", "ann"),
)
_VALUES = (
    *(
        "5",
        "-1",
        "2.5",
        "true",
        '""',
        '"x"',
        "[]",
        "{}",
        '["redis"]',
        '["x", 1]',
        "{a = 1}",
        "1979-05-27",
        "07:32:00",
    ),
    *(
        "1979-05-27T07:32:00Z",
        "1979-05-27T07:32:00",
        "9999-12-31",
        "0001-01-01",
        "inf",
        "nan",
        "1e400",
        "0x" + "f" * 5000,
    ),
    *(
        '"sqlite3.Connection"',
        '"Europe/Prague"',
        '"../../etc/passwd"',
        '"day"',
        "[[[]]]",
        "'''\n'''",
        '"notes"',
        "'\\'",
    ),
    *(
        "[" * 3000,
        "9" * 5000,
        '["sqlite"]',
        '"redis.Redis"',
        '[{title = "a", points = 1}]',
        "9999-12-31T23:59:59-23:59",
    ),
)
_LAB = b"""\
title = "Notes"
module = "notes"
services = ["redis"]
[redis]
client = "redis.Redis"
[limits]
memory_mb = 5
"""
_COURSE = b"""\
[grader]
handout = "https://x/{lab}"
[late]
percent = 10
time_zone = "UTC"
[due]
notes = 2026-03-01
"""
_SPECIMENS = b"""\
[reference]
says = "x"
score = 10
[slow]
says = "y"
score = 2.5
fails = ["test_x"]
blocked = []
"""


def _toml(luck: Luck, base: bytes, tables: Sequence[str]) -> bytes:
    """Valid TOML that says odd things, or damaged."""
    if luck.random() < 0.4:
        return mutated(luck, base)
    head = base.decode().partition("\n[")[0]  # without its tables, so that others can stand in their place
    lines = luck.choice(("", base.decode(), head, head)).splitlines()
    for _ in range(luck.randrange(4)):
        value = luck.choice(_VALUES)
        line = f"{luck.choice(_KEYS)} = {value}"
        if luck.random() < 0.3:
            line = f"{luck.choice(tables)} = {value}"
        if luck.random() < 0.3:
            line = f"[{luck.choice(tables)}]\n{line}"
        lines.insert(luck.randrange(len(lines) + 1), line)
    return "\n".join(lines).encode()


def _write_course(place: Path) -> Path:
    for room in ("labs", "rubrics"):
        (place / room / "notes").mkdir(parents=True)
    (place / "rubrics" / "notes" / "test_notes.py").touch()
    (place / "labs" / "notes" / "lab.toml").write_bytes(_LAB)
    return place


def lab_toml(luck: Luck) -> None:
    """A `lab.toml` is refused as an error of the course's, or gives a lab of the right types."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
        place = _write_course(Path(found))
        (place / "labs" / "notes" / "lab.toml").write_bytes(
            _toml(luck, _LAB, ("limits", "redis", "sqlite", "manual", "[manual]"))
        )
        with refusing(CourseError):
            lab = read_lab(place, "notes")
            assert isinstance(lab.title, str)
            assert isinstance(lab.memory_mb, int)
            assert all(isinstance(file, str) for file in lab.files)


def course_toml(luck: Luck) -> None:
    """A `course.toml` is refused as an error of ours, or gives settings and a deadline."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
        place = _write_course(Path(found))
        path = place / "course.toml"
        path.write_bytes(_toml(luck, _COURSE, ("grader", "late", "due", "extensions", "extensions.notes")))
        with refusing(GraderError):
            assert isinstance(read_settings({}, {}, path).handout, str)
        with refusing(GraderError):
            read_deadline(Course(place), "notes").due_for("ann")


def specimens_toml(luck: Luck) -> None:
    """A `specimens.toml` is refused as an error of the course's, or gives specimens."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
        place = _write_course(Path(found))
        lab = read_lab(place, "notes")
        (place / "rubrics" / "notes" / "specimens.toml").write_bytes(
            _toml(luck, _SPECIMENS, ("reference", "slow", "[slow]"))
        )
        with refusing(CourseError):
            for specimen in known_specimens(lab):
                assert specimen.score >= 0
                assert all(isinstance(one, str) for one in specimen.fails)

"""What `course.toml` says about due times and lateness."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from grader.course import Course
from grader.deadlines import Deadline, LatePolicy, LateUnit, PercentOf, read_deadline
from grader.errors import CourseError, UsageError
from tests.test_course import make_lab

WHOLE = """
[late]
unit = "hour"
percent = 2.5
percent_of = "earned"
grace_minutes = 15
cap_percent = 50
drop_after = 48
flat_percent = 10
time_zone = "Europe/Prague"

[due]
notes = 2026-03-01T18:00:00

[extensions.notes]
"s 1" = 2026-03-08
"""
HUGE = "0x" + "f" * 5000
"""A number that TOML's reader takes and that has no text, since it has too many digits."""


def read(tmp_path: Path, text: str) -> Deadline:
    root = make_lab(tmp_path)
    (root / "course.toml").write_text(text)
    return read_deadline(Course(root), "notes")


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    deadline = read(tmp_path, WHOLE)
    assert deadline.due_for("anybody") == datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
    assert deadline.policy == LatePolicy(
        LateUnit.HOUR,
        Decimal("2.5"),
        PercentOf.EARNED,
        timedelta(minutes=15),
        Decimal(50),
        48,
        Decimal(10),
    )


def test_a_date_alone_means_the_end_of_that_day_and_an_extension_is_one_students(tmp_path: Path) -> None:
    assert read(tmp_path, WHOLE).due_for("s 1") == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)


def test_a_course_that_says_nothing_has_no_deadline(tmp_path: Path) -> None:
    assert read_deadline(Course(make_lab(tmp_path)), "notes") == Deadline()


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # twice: the second
        ("2026-03-29T02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # never: an hour later
        ("2026-10-25T02:30:00Z", datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
    ],
)
def test_where_clocks_change_the_later_reading_holds(tmp_path: Path, local: str, utc: datetime) -> None:
    text = f'[late]\ntime_zone = "Europe/Prague"\n[due]\nnotes = {local}\n'
    assert read(tmp_path, text).due == utc


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[due]\nnotes = 2026-03-01T18:00:00", "has no time zone"),
        ("[due]\nnotess = 2026-03-01", "Did you mean notes"),
        ('[due]\nnotes = "2026-03-01"', "without quotes"),
        ("[late]\npercents = 1", "Did you mean percent"),
        ("[late]\npercent = 101", "from 0 to 100"),
        ("[late]\npercent = 0.001", "two decimals"),
        ("[late]\ndrop_after = -1", "whole number"),
        ('[late]\nunit = "week"', "one of hour, day"),
        ('[late]\ntime_zone = "Mars/Olympus"', "Mars/Olympus"),
        pytest.param(f"[late]\nunit = {HUGE}", "one of hour, day", id="huge unit"),
        pytest.param(f"[late]\npercent = {HUGE}", "two decimals", id="huge percent"),
        pytest.param(f"[late]\ntime_zone = {HUGE}", "must be a text", id="huge time zone"),
        ("late = 3", r"written as \[late\]"),
        ('[late]\ntime_zone = "UTC"\n[due]\nnotes = 9999-12-31', "too far"),
    ],
)
def test_what_is_not_understood_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        read(tmp_path, text)


def test_a_file_that_is_no_toml_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no TOML"):
        read(tmp_path, "[late")
    with pytest.raises(UsageError, match="no TOML"):
        read(tmp_path / "many digits", "x = " + "9" * 5000)
    with pytest.raises(UsageError, match="no TOML"):
        read(tmp_path / "deep", "x = " + "[" * 5000)


def test_the_reference_has_every_key_and_its_example_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs/reference/course-toml.md").read_text()
    with pytest.raises(CourseError, match="Known: ") as caught:
        read(tmp_path / "unknown", "[late]\nnonsense = 1")
    known = str(caught.value).partition("Known: ")[2].rstrip(".").split(", ")
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == known
    example = "\n".join(line[4:] for line in page.splitlines() if line.startswith("    "))
    example = re.sub(
        "(redis_meteorites|mongo_documents)", "notes", example.replace("mongo_documents = ", "# ")
    )
    assert read(tmp_path / "example", example).policy is not None

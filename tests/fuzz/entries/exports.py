"""Grades of hostile students as files for learning platforms and spreadsheets."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from grader.batch.exports import EXPORTS, Wishes
from grader.errors import UsageError
from tests.fuzz.entries.tables import any_table
from tests.fuzz.hostile import Luck, refusing, text
from tests.fuzz.results import grade

__all__ = ["exporting"]

_COLUMNS: Mapping[str, str] = MappingProxyType(
    {"canvas": "Lab 1 (98765)", "blackboard": "Lab 1 [Total Pts: 10 Score] |1271854"}
)
_OWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "canvas": ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 1 (98765)"),
        "moodle": ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Feedback comments"),
        "blackboard": ("Username", "Student ID", "Lab 1 [Total Pts: 10 Score] |1271854"),
        "classroom": ("github_username", "roster_identifier", "points_awarded", "points_available"),
    }
)
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20].*[^\w.@+\-].*|[\t\r].*", re.DOTALL)
"""What a spreadsheet would execute: it calls something, so that it is more than a name or a number."""


def exporting(form: str) -> Callable[[Luck], None]:
    """The entry point of one format."""

    def entry(luck: Luck) -> None:
        """The grades are refused, or a table in which no cell of ours is executed."""
        grades = [grade(luck, number) for number in range(luck.randrange(4))]
        own = _own(luck, form) if form == "moodle" or (form in _OWN and luck.random() < 0.5) else None
        column = _COLUMNS.get(form, "") if luck.random() < 0.9 else text(luck, 3)
        wishes = Wishes("Lab 1", column, own, with_feedback=luck.random() < 0.5)
        with refusing(UsageError):
            made = EXPORTS[form](grades, wishes)
            assert made.included + len(made.left_out) >= len(grades)
            if own is None:
                _require_table(made.content.decode("utf-8-sig"), allowed=column)

    return entry


def _own(luck: Luck, form: str) -> bytes:
    """The teacher's own file, with all headers of the platform in most cases."""
    headers = _OWN[form]
    if luck.random() < 0.3:
        return any_table(luck, headers)
    rows = [[text(luck, 3) for _ in headers] for _ in range(luck.randrange(4))]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([headers, *rows])
    return stream.getvalue().encode(errors="replace")


def _require_table(content: str, allowed: str) -> None:
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert len({len(row) for row in rows}) == 1, "rows of different lengths"
    for row in rows:
        for cell in row:
            assert cell == allowed or not _FORMULA.fullmatch(cell), f"a formula: {cell!r}"
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", cell) or cell == allowed, (
                repr(cell)
            )

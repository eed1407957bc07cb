"""Blackboard: a file for Upload in the Grade Center, with the column's id in its header.

Facts: Blackboard's help on working offline with grade data. The key is Username. A column without an id makes
a new text column that is worth nothing.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from grader.batch.exports.export import Export, LeftOut, Wishes, max_points_of, settled
from grader.batch.exports.harmless import csv_bytes, is_harmless_key
from grader.batch.exports.pairing import pair
from grader.batch.exports.sheet import Sheet, read_sheet
from grader.batch.grades import Grade
from grader.errors import UsageError
from grader.scoring import points_text

__all__ = ["export"]

_WHAT = "The grade centre's file from Blackboard"
_WITH_ID = re.compile(
    r"(?P<title>.+?)\s*(\[Total Pts: (?P<points>[\d.,]+)[^\]]*\])?\s*\|(?P<id>\d+)", re.DOTALL
)


def export(grades: Sequence[Grade], wishes: Wishes) -> Export:
    """The file: usernames and points, of those who have final points.

    Raises:
        UsageError: Nobody knows the column's id, or the teacher's file has no Username.
    """
    ready, left_out = settled(grades)
    if wishes.own_file is None:
        column = _require_id(wishes.column)
        named = [(grade.student.ids.get("username", ""), grade) for grade in ready]
        left_out += [_left_out(grade, "the student has no username") for name, grade in named if not name]
        untouched: tuple[str, ...] = ()
    else:
        sheet = read_sheet(wishes.own_file, _WHAT)
        column = _require_id(_column(sheet, wishes))
        named, missing, untouched = _named(sheet, grades, ready)
        left_out += missing
    formulas = [grade for name, grade in named if not is_harmless_key(name)]
    left_out += [
        _left_out(grade, "the username is a formula that a spreadsheet would execute") for grade in formulas
    ]
    rows = [
        [name, points_text(grade.final_points)]
        for name, grade in named
        if name and is_harmless_key(name) and grade.final_points is not None
    ]
    content = csv_bytes([["Username", column], *rows], quote_all=True)
    return Export(content, len(rows), tuple(left_out), untouched, _remarks(column, max_points_of(grades)))


def _left_out(grade: Grade, reason: str) -> LeftOut:
    return LeftOut(grade.student.id, grade.student.name, reason)


def _named(
    sheet: Sheet, grades: Sequence[Grade], ready: Sequence[Grade]
) -> tuple[list[tuple[str, Grade]], list[LeftOut], tuple[str, ...]]:
    """The grades by the usernames of the teacher's file."""
    username = sheet.require("Username", _WHAT)
    student_id = sheet.find("Student ID")
    keys = [
        {"username": sheet.value(row, username), "student_id": sheet.value(row, student_id)}
        for row in sheet.rows
    ]
    paired = pair(ready, keys)
    known = pair(grades, keys).grades
    missing = [
        _left_out(grade, "no row of Blackboard's file is certainly this student's")
        for grade in paired.unmatched
    ]
    named = [(keys[row]["username"], grade) for row, grade in sorted(paired.grades.items())]
    return named, missing, tuple(keys[row]["username"] for row in paired.untouched if row not in known)


def _column(sheet: Sheet, wishes: Wishes) -> str:
    wanted = wishes.column or wishes.title
    with_id = [header for header in sheet.headers if _WITH_ID.fullmatch(header)]
    found = [header for header in with_id if wanted in {header, *_parts(header)}]
    if len(found) != 1:
        raise UsageError(
            f"{_WHAT} has {len(found)} columns {wanted!r}. Say which it is: "
            f"{', '.join(map(repr, with_id)) or 'none of its columns has an id'}."
        )
    return found[0]


def _parts(header: str) -> tuple[str, ...]:
    match = _WITH_ID.fullmatch(header)
    return (match["title"], match["id"]) if match else ()


def _require_id(column: str) -> str:
    if not _WITH_ID.fullmatch(column):
        raise UsageError(
            f"The column {column!r} has no id behind a |: Blackboard would make a new column of it, and one "
            "that is worth nothing. Give the file that Blackboard lets you download, or the header as it "
            "stands there, as `Lab 1 [Total Pts: 10 Score] |1271854`."
        )
    return column


def _remarks(column: str, worth: Decimal | None) -> tuple[str, ...]:
    found = _WITH_ID.fullmatch(column)
    text = (found["points"] or "").replace(",", ".") if found else ""
    if worth is None or not re.fullmatch(r"\d+(\.\d+)?", text) or Decimal(text) == worth:
        return ()
    return (f"Blackboard's column has {text} points, the lab {points_text(worth)}; points stay as they are.",)

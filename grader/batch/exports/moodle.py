"""Moodle: the grading worksheet that the teacher has downloaded, with grades and feedback filled in.

Facts: moodle/moodle, mod/assign/feedback/offline/importgradeslib.php. Moodle finds a student by `Identifier`,
and a grade that was changed since by `Last modified (grade)`: all but two cells stays byte for byte.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.batch.exports.export import Export, LeftOut, Wishes, max_points_of, settled
from grader.batch.exports.feedback import FIRST_WORDS, feedback_lines
from grader.batch.exports.harmless import harmless
from grader.batch.exports.pairing import pair, participant
from grader.batch.exports.sheet import Cell, Sheet, read_sheet
from grader.batch.grades import Grade
from grader.errors import UsageError
from grader.scoring import points_text

__all__ = ["export"]

_WHAT = "Moodle's grading worksheet"
_KEYS = {"email": "Email address", "student_id": "ID number", "username": "Username"}


@dataclass(frozen=True)
class _Columns:
    identifier: int
    grade: int
    feedback: int | None
    maximum: int | None
    changeable: int | None


def export(grades: Sequence[Grade], wishes: Wishes) -> Export:
    """The worksheet, filled in; rows without final points stay as they are.

    Raises:
        UsageError: There is no worksheet, or it lacks a column.
    """
    if wishes.own_file is None:
        raise UsageError(
            "Moodle takes grades only in its own worksheet. Download it from the assignment (Download "
            "grading worksheet; the assignment's settings must allow offline grading), and give that file."
        )
    sheet = read_sheet(wishes.own_file, _WHAT)
    columns = _columns(sheet, wishes)
    ready, left_out = settled(grades)
    keys = [_keys(sheet, columns, row) for row in sheet.rows]
    paired = pair(ready, keys)
    known = pair(grades, keys).grades
    left_out += [
        _left_out(grade, "no row of Moodle's worksheet is certainly this student's")
        for grade in paired.unmatched
    ]
    changes: dict[Cell, str] = {}
    remarks: list[str] = []
    included = 0
    for number, grade in sorted(paired.grades.items()):
        reason = _refusal(sheet, columns, sheet.rows[number], grade)
        if reason:
            left_out.append(_left_out(grade, reason))
            continue
        included += 1
        changes |= _changes(sheet, columns, sheet.rows[number], grade)
        remarks += _kept_feedback(sheet, columns, sheet.rows[number], grade)
    untouched = tuple(
        sheet.value(sheet.rows[row], columns.identifier) for row in paired.untouched if row not in known
    )
    remarks += _other_maximum(sheet, columns, grades)
    return Export(sheet.changed(changes), included, tuple(left_out), untouched, tuple(remarks))


def _left_out(grade: Grade, reason: str) -> LeftOut:
    return LeftOut(grade.student.id, grade.student.name, reason)


def _columns(sheet: Sheet, wishes: Wishes) -> _Columns:
    is_english = sheet.find("Last modified (grade)") is not None
    feedback = sheet.find(wishes.feedback) if wishes.with_feedback else None
    if is_english and sheet.delimiter != ",":
        raise UsageError(f"{_WHAT} is not separated by commas, and Moodle reads no other. Download it again.")
    return _Columns(
        identifier=sheet.require(wishes.identifier, _WHAT),
        grade=sheet.require(wishes.grade, _WHAT),
        feedback=feedback,
        maximum=sheet.find("Maximum Grade"),
        changeable=sheet.find("Grade can be changed"),
    )


def _keys(sheet: Sheet, columns: _Columns, row: Sequence[Cell]) -> Mapping[str, str]:
    own = participant(sheet.value(row, columns.identifier))
    return {
        "participant": own,
        **{kind: sheet.value(row, sheet.find(header)) for kind, header in _KEYS.items()},
    }


def _refusal(sheet: Sheet, columns: _Columns, row: Sequence[Cell], grade: Grade) -> str:
    """Why Moodle would not take these points; empty if it would."""
    if len(row) <= columns.grade:
        return "its row in Moodle's worksheet is cut off"
    if sheet.value(row, columns.changeable).casefold() == "no":
        return "Moodle says that the grade cannot be changed"
    maximum = _number(sheet.value(row, columns.maximum))
    if maximum is not None and grade.final_points is not None and grade.final_points > maximum:
        points = points_text(grade.final_points)
        return f"{points} points are more than the {points_text(maximum)} that Moodle allows"
    return ""


def _changes(sheet: Sheet, columns: _Columns, row: Sequence[Cell], grade: Grade) -> dict[Cell, str]:
    changes: dict[Cell, str] = {}
    if grade.final_points is not None and _number(sheet.value(row, columns.grade)) != grade.final_points:
        changes[row[columns.grade]] = points_text(grade.final_points)
    if columns.feedback is not None and columns.feedback < len(row) and not _is_teachers(sheet, columns, row):
        # Moodle takes feedback for HTML.
        lines = "<br>".join(html.escape(line, quote=False) for line in feedback_lines(grade))
        changes[row[columns.feedback]] = harmless(lines)
    return changes


def _is_teachers(sheet: Sheet, columns: _Columns, row: Sequence[Cell]) -> bool:
    """Whether a person has written feedback, which then stays."""
    written = re.sub(r"<[^>]*>", "", sheet.value(row, columns.feedback)).strip()
    return bool(written) and not written.startswith(FIRST_WORDS)


def _kept_feedback(sheet: Sheet, columns: _Columns, row: Sequence[Cell], grade: Grade) -> list[str]:
    if columns.feedback is not None and _is_teachers(sheet, columns, row):
        return [f"{grade.student.id} has feedback that a person wrote; it stays."]
    return []


def _other_maximum(sheet: Sheet, columns: _Columns, grades: Sequence[Grade]) -> list[str]:
    worth = max_points_of(grades)
    found = {_number(sheet.value(row, columns.maximum)) for row in sheet.rows} - {None, worth}
    if worth is None or not found:
        return []
    other = ", ".join(sorted(points_text(one) for one in found if one is not None))
    return [f"Moodle's assignment has {other} points, the lab {points_text(worth)}; points stay as they are."]


def _number(text: str) -> Decimal | None:
    """A number as Moodle writes it, with the decimal sign of its language."""
    text = text.replace(",", ".")
    return Decimal(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None

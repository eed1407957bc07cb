"""Canvas: a file for Import in its gradebook, with one column of points.

Facts: instructure/canvas-lms, lib/gradebook_importer.rb. A blank cell where a grade exists counts as a
change, so whoever has no points is not in the file. A column without an id makes a new assignment.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from grader.batch.exports.export import Export, LeftOut, Wishes, max_points_of, settled
from grader.batch.exports.harmless import csv_bytes, harmless, is_harmless_key
from grader.batch.exports.pairing import pair
from grader.batch.exports.sheet import Cell, Sheet, read_sheet
from grader.batch.grades import Grade
from grader.errors import UsageError
from grader.scoring import points_text

__all__ = ["export"]

_WHAT = "The gradebook from Canvas"
_HEADERS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_STUDENT_COLUMNS = frozenset(
    {
        "Student",
        "LastName",
        "FirstName",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Integration ID",
        "Root Account",
    }
)
_WITH_ID = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)", re.DOTALL)
_IGNORED = re.compile(r"(Current|Final|Override) (Score|Points|Grade)")
_KEYS = {"canvas_id": "ID", "student_id": "SIS User ID", "login": "SIS Login ID"}


def export(grades: Sequence[Grade], wishes: Wishes) -> Export:
    """The file, from the teacher's own export of the gradebook, or else from the students' ids.

    Raises:
        UsageError: Nobody knows the assignment's column, Canvas would ignore it, or the export is none.
    """
    if wishes.own_file is not None:
        return _from_own(grades, wishes, read_sheet(wishes.own_file, _WHAT))
    if not _WITH_ID.fullmatch(wishes.column):
        if not wishes.column:
            raise UsageError("Say which column with --column, or give the exported gradebook with --from.")
        raise UsageError(
            f"The column {wishes.column!r} has no assignment id: Canvas would make a new assignment of it. "
            "Give the gradebook that Canvas exports, or the column as it stands there, as `Lab 1 (98765)`."
        )
    _require_not_ignored(wishes.column)
    ready, left_out = settled(grades)
    rows = []
    for grade in ready:
        keys = _keys(grade)
        reason = "" if any(keys) else "the student has no id of Canvas, no SIS id and no login"
        if not all(map(is_harmless_key, keys)):
            reason = "an id is a formula that a spreadsheet would execute"
        if reason:
            left_out.append(LeftOut(grade.student.id, grade.student.name, reason))
        else:
            rows.append([_name(grade), *keys, harmless(grade.student.section), _points(grade)])
    possible = max_points_of(grades)
    return _file(_HEADERS, wishes.column, possible, rows, left_out)


def _keys(grade: Grade) -> list[str]:
    ids = grade.student.ids
    return [ids.get("canvas_id", ""), ids.get("student_id", ""), ids.get("username", "")]


def _name(grade: Grade) -> str:
    return harmless(grade.student.name or grade.student.id)


def _points(grade: Grade) -> str:
    return "" if grade.final_points is None else points_text(grade.final_points)


def _file(
    headers: Sequence[str],
    column: str,
    possible: Decimal | None,
    rows: list[list[str]],
    left_out: list[LeftOut],
    untouched: Sequence[str] = (),
    remarks: Sequence[str] = (),
) -> Export:
    """The row of possible points sets what the assignment is worth."""
    first = [
        "    Points Possible",
        *("" for _ in headers[1:]),
        "" if possible is None else points_text(possible),
    ]
    table = [[*headers, column], *([] if possible is None else [first]), *rows]
    return Export(csv_bytes(table), len(rows), tuple(left_out), tuple(untouched), tuple(remarks))


def _from_own(grades: Sequence[Grade], wishes: Wishes, sheet: Sheet) -> Export:
    count = _student_columns(sheet)
    column = _column(sheet, wishes, count)
    possible = _possible(sheet, column)
    rows = [row for row in sheet.rows if not _is_special(sheet.value(row, 0), sheet.value(row, 1))]
    ready, left_out = settled(grades)
    paired = pair(ready, [{kind: _key(sheet, row, header) for kind, header in _KEYS.items()} for row in rows])
    left_out += [
        LeftOut(
            grade.student.id,
            grade.student.name,
            "no row of the gradebook from Canvas is certainly this student's",
        )
        for grade in paired.unmatched
    ]
    lines = [
        [*_about(sheet, rows[number], count), _points(grade)]
        for number, grade in sorted(paired.grades.items())
    ]
    untouched = _strangers(grades, sheet, rows, paired.untouched)
    worth = max_points_of(grades)
    remarks = []
    if possible is not None and worth is not None and possible != worth:
        remarks.append(
            f"Canvas's assignment has {points_text(possible)} points, the lab {points_text(worth)}; points "
            "and assignment stay as they are."
        )
    return _file(sheet.headers[:count], sheet.headers[column], possible, lines, left_out, untouched, remarks)


def _about(sheet: Sheet, row: Sequence[Cell], count: int) -> list[str]:
    """The cells about the student: ids as they are, since Canvas looks for them, and names made harmless."""
    cells = [(header, sheet.value(row, at)) for at, header in enumerate(sheet.headers[:count])]
    return [cell if "ID" in header else harmless(cell) for header, cell in cells]


def _strangers(
    grades: Sequence[Grade], sheet: Sheet, rows: Sequence[Sequence[Cell]], numbers: Sequence[int]
) -> list[str]:
    """The rows among these that are nobody's, not even of a student who has no points yet."""
    keys = [{kind: _key(sheet, rows[number], header) for kind, header in _KEYS.items()} for number in numbers]
    known = pair(grades, keys).grades
    return [sheet.value(rows[number], 0) for at, number in enumerate(numbers) if at not in known]


def _key(sheet: Sheet, row: Sequence[Cell], header: str) -> str:
    return sheet.value(row, sheet.find(header))


def _student_columns(sheet: Sheet) -> int:
    """How many columns are about the student; Canvas wants the last one to be the section."""
    section = next((at for at, header in enumerate(sheet.headers) if "Section" in header), None)
    own = sheet.headers[: section or 0]
    if section is None or not set(own) <= _STUDENT_COLUMNS or not any("ID" in header for header in own):
        raise UsageError(
            f"{_WHAT} has the columns {', '.join(map(repr, sheet.headers))}, and not Student, ID, and so on "
            "to Section. Use the file as Canvas exports it."
        )
    return section + 1


def _column(sheet: Sheet, wishes: Wishes, count: int) -> int:
    """The assignment's column: the one asked for, or the one whose title is the lab's."""
    wanted = wishes.column or wishes.title
    candidates = [
        at
        for at, header in enumerate(sheet.headers)
        if at >= count
        and (found := _WITH_ID.fullmatch(header))
        and wanted in {header, found["title"], found["id"]}
    ]
    if len(candidates) != 1:
        titles = [header for header in sheet.headers[count:] if _WITH_ID.fullmatch(header)]
        raise UsageError(
            f"{_WHAT} has {len(candidates)} assignments {wanted!r}. Say which column it is: "
            f"{', '.join(map(repr, titles)) or 'it has no assignment at all'}."
        )
    _require_not_ignored(sheet.headers[candidates[0]])
    return candidates[0]


def _require_not_ignored(column: str) -> None:
    if _IGNORED.search(column):
        raise UsageError(
            f"Canvas ignores the column {column!r}, because it takes it for a total. Rename the assignment."
        )


def _is_special(name: str, canvas_id: str) -> bool:
    """Whether a row is about the columns and not about a student."""
    return (
        "Points Possible" in name
        or (not canvas_id and not name)
        or name.startswith(("Muted", "Manual Posting"))
    )


def _possible(sheet: Sheet, column: int) -> Decimal | None:
    row = next((row for row in sheet.rows if "Points Possible" in sheet.value(row, 0)), None)
    text = sheet.value(row, column) if row is not None else ""
    if "read only" in text:
        raise UsageError(
            f"Canvas says that the column {sheet.headers[column]!r} is read only, and would ignore it. "
            "Choose another assignment."
        )
    text = text.replace(",", ".")
    return Decimal(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None

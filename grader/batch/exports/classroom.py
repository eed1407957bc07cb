"""GitHub Classroom: grades as `gh classroom assignment-grades` writes them, or that file with new points.

Facts: github/gh-classroom, cmd/gh-classroom/assignment-grades/assignment_grades.go.
"""

from collections.abc import Sequence
from datetime import UTC

from grader.batch.exports.export import Export, LeftOut, Wishes, max_points_of, settled
from grader.batch.exports.harmless import csv_bytes, harmless, is_harmless_key
from grader.batch.exports.pairing import pair
from grader.batch.exports.sheet import Cell, Sheet, read_sheet
from grader.batch.grades import Grade
from grader.scoring import points_text

__all__ = ["export"]

_WHAT = "The file of grades from GitHub Classroom"
_HEADERS = (
    *("assignment_name", "assignment_url", "starter_code_url", "github_username", "roster_identifier"),
    *("student_repository_name", "student_repository_url", "submission_timestamp"),
    *("points_awarded", "points_available"),
)


def export(grades: Sequence[Grade], wishes: Wishes) -> Export:
    """The file, with those who have final points; of a teacher's own, all rows and new points in some.

    Raises:
        UsageError: The teacher's file lacks a column.
    """
    if wishes.own_file is not None:
        return _filled(grades, read_sheet(wishes.own_file, _WHAT))
    ready, left_out = settled(grades)
    has_groups = any(grade.hand_in and grade.hand_in.group for grade in ready)
    rows: list[list[str]] = []
    for grade in ready:
        reason = _refusal(grade)
        if reason:
            left_out.append(LeftOut(grade.student.id, grade.student.name, reason))
        else:
            rows.append(_row(grade, wishes.title, has_groups=has_groups))
    headers = [*_HEADERS, *(["group_name"] if has_groups else [])]
    return Export(csv_bytes([headers, *rows]), len(rows), tuple(left_out))


def _refusal(grade: Grade) -> str:
    login = grade.student.ids.get("github_username", "")
    if not login:
        return "the student has no account on GitHub"
    if not is_harmless_key(login) or not is_harmless_key(grade.student.id):
        return "an id is a formula that a spreadsheet would execute"
    return ""


def _row(grade: Grade, title: str, *, has_groups: bool) -> list[str]:
    hand_in = grade.hand_in
    moment = hand_in.submitted_at if hand_in else None
    return [
        harmless(title),
        "",
        "",
        grade.student.ids["github_username"],
        grade.student.id,
        harmless(hand_in.key) if hand_in else "",
        "",
        f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S UTC}" if moment else "",
        "" if grade.final_points is None else points_text(grade.final_points),
        "" if grade.max_points is None else points_text(grade.max_points),
        *([harmless(hand_in.group) if hand_in else ""] if has_groups else []),
    ]


def _filled(grades: Sequence[Grade], sheet: Sheet) -> Export:
    awarded = sheet.require("points_awarded", _WHAT)
    available = sheet.require("points_available", _WHAT)
    login = sheet.require("github_username", _WHAT)
    identifier = sheet.find("roster_identifier")
    keys = [
        {"github_username": sheet.value(row, login), "identifier": sheet.value(row, identifier)}
        for row in sheet.rows
    ]
    ready, left_out = settled(grades)
    paired = pair(ready, keys)
    known = pair(grades, keys).grades
    left_out += [
        LeftOut(
            grade.student.id,
            grade.student.name,
            "no row of GitHub Classroom's file is certainly this student's",
        )
        for grade in paired.unmatched
    ]
    worth = max_points_of(grades)
    changes: dict[Cell, str] = {}
    for number, grade in paired.grades.items():
        row = sheet.rows[number]
        if grade.final_points is not None and worth is not None and len(row) > max(awarded, available):
            changes |= {row[awarded]: points_text(grade.final_points), row[available]: points_text(worth)}
    untouched = tuple(keys[row]["github_username"] for row in paired.untouched if row not in known)
    return Export(sheet.changed(changes), len(paired.grades), tuple(left_out), untouched)

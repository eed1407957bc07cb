"""Everything about every student, one line each, for a spreadsheet."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from grader.batch.exports.export import Export, Wishes, settled
from grader.batch.exports.harmless import csv_bytes, harmless
from grader.batch.grades import Grade
from grader.results import Outcome
from grader.scoring import points_text

__all__ = ["export"]

_HEADERS = (
    *("student", "name", "email", "section", "status", "final_points", "max_points", "points"),
    *("manual_points", "late", "late_units", "late_deduction", "override", "hand_in", "group"),
    *("submitted_at", "flaky", "notes"),
)


def export(grades: Sequence[Grade], _wishes: Wishes) -> Export:
    """The file. Whoever has no final points is in it all the same, and listed too."""
    systems = sorted({system for grade in grades for system in grade.student.ids})
    manual = _in_order(one.title for grade in grades for one in grade.manual)
    checks = _in_order(check.check.id for grade in grades if grade.result for check in grade.result.checks)
    headers = [
        *_HEADERS,
        *(f"id: {system}" for system in systems),
        *(f"by hand: {title}" for title in manual),
        *(f"check: {check}" for check in checks),
    ]
    rows = [
        [
            *_general(grade),
            *(grade.student.ids.get(one, "") for one in systems),
            *_points(grade, manual, checks),
        ]
        for grade in grades
    ]
    ready, left_out = settled(grades)
    lines = [[harmless(cell) for cell in row] for row in (headers, *rows)]
    return Export(csv_bytes(lines, with_mark=True), len(ready), tuple(left_out))


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _general(grade: Grade) -> list[str]:
    hand_in, late = grade.hand_in, grade.lateness
    submitted_at = hand_in.submitted_at if hand_in else None
    return [
        grade.student.id,
        grade.student.name,
        grade.student.email,
        grade.student.section,
        grade.status.value,
        _text(grade.final_points),
        _text(grade.max_points),
        _text(grade.result.points if grade.result else None),
        _text(grade.manual_points if grade.manual else None),
        late.punctuality.value if late else "",
        str(late.units) if late and late.units else "",
        _text(grade.late_deduction or None),
        _text(grade.override),
        hand_in.key if hand_in else "",
        hand_in.group if hand_in else "",
        submitted_at.isoformat(sep=" ") if submitted_at else "",
        "yes" if grade.is_flaky else "",
        "\n".join(grade.notes),
    ]


def _points(grade: Grade, manual: Iterable[str], checks: Iterable[str]) -> list[str]:
    """Points by criterion and by check; blank where there are none yet, which is not zero."""
    given = {one.title: one.points for one in grade.manual}
    results = grade.result.checks if grade.result else ()
    earned = {one.check.id: one.points for one in results if one.outcome is not Outcome.UNGRADED}
    return [_text(given.get(title)) for title in manual] + [_text(earned.get(check)) for check in checks]


def _text(points: Decimal | None) -> str:
    return "" if points is None else points_text(points)

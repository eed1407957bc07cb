"""The rows that a book comes to, table by table."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.batch.gradebook import models
from grader.batch.grades import Book, Grade
from grader.batch.journal import Graded, HandedIn
from grader.reports.text import visible
from grader.results import CheckResult
from grader.scoring import points_text

__all__ = ["key_text", "rows_of"]

_LONGEST_KEY = 200
_ENDS_LIKE_A_DIGEST = re.compile(r"#[0-9a-f]{16}\Z")

Values = dict[str, Any]


def key_text(text: str) -> str:
    """A text as it stands in a key: no two become one, and none is too long for an index of PostgreSQL."""
    shown = visible(text)
    if shown == text and len(text) <= _LONGEST_KEY and not _ENDS_LIKE_A_DIGEST.search(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{shown[: _LONGEST_KEY - 20]}#{digest}"


def rows_of(book: Book) -> Mapping[type[models.Row], list[Values]]:
    """All rows by table, in an order in which each refers only to rows of tables before its own."""
    lab = {"lab": key_text(book.lab)}
    number_of = {id(counted.record.result): number for number, counted in enumerate(book.results, 1)}
    rows: dict[type[models.Row], Iterable[Values]] = {
        models.LabRow: [{"title": book.title, "rubric_hash": book.rubric_hash}],
        models.BatchRunRow: _runs(book),
        models.StudentRow: _students(book),
        models.StudentIdRow: _student_ids(book),
        models.HandInRow: (_hand_in(hand_in) for hand_in in book.hand_ins),
        models.HandInStudentRow: _hand_in_students(book),
        models.ResultRow: (
            _result(number, counted.record, counts=counted.counts)
            for number, counted in enumerate(book.results, 1)
        ),
        models.CheckRow: _checks(book),
        models.FaultRow: _faults(book),
        models.ManualPointsRow: _manual_points(book),
        models.OverrideRow: _overrides(book),
        models.GradeRow: (_grade(grade, number_of) for grade in book.grades),
        models.FlakyResultRow: _flaky(book),
    }
    return {table: [{**lab, **values} for values in found] for table, found in rows.items()}


def _runs(book: Book) -> Iterator[Values]:
    for number, run in enumerate(book.runs, 1):
        yield {
            "number": number,
            "begun_at": run.at,
            "source": run.source,
            "rubric_hash": run.rubric_hash,
            "isolation": run.isolation,
            "grader_version": run.grader_version,
        }


def _students(book: Book) -> Iterator[Values]:
    for student in book.students:
        yield {
            "student": key_text(student.id),
            "name": student.name,
            "email": student.email,
            "section": student.section,
        }


def _student_ids(book: Book) -> Iterator[Values]:
    for student in book.students:
        for system, value in sorted(student.ids.items()):
            yield {"student": key_text(student.id), "system": key_text(system), "id": value}


def _hand_in(hand_in: HandedIn) -> Values:
    return {
        "hand_in": key_text(hand_in.key),
        "submission_hash": hand_in.submission_hash,
        "refused": hand_in.refused,
        "submitted_at": hand_in.submitted_at,
        "is_late": hand_in.is_late,
        "group_name": hand_in.group,
        "origin": hand_in.origin,
        "notes": "\n".join(hand_in.notes),
    }


def _hand_in_students(book: Book) -> Iterator[Values]:
    present = {student.id for student in book.students}
    for hand_in in book.hand_ins:
        for student in sorted(present & set(hand_in.students)):
            yield {"hand_in": key_text(hand_in.key), "student": key_text(student)}


def _result(number: int, graded: Graded, *, counts: bool) -> Values:
    result = graded.result
    return {
        "result": number,
        "counts": counts,
        "submission_hash": result.submission_hash,
        "rubric_hash": result.rubric_hash,
        "seed": str(result.seed),
        "isolation": result.isolation,
        "grader_version": result.grader_version,
        "status": result.status.value,
        "points": result.points,
        "max_points": result.max_points,
        "percent": result.percent,
        "backend": result.backend,
        "services": ", ".join(f"{service.name} {service.version}" for service in result.services),
        "started_at": result.started_at,
        "duration_s": result.duration_s,
        "notes": "\n".join(result.notes),
    }


def _checks(book: Book) -> Iterator[Values]:
    for number, counted in enumerate(book.results, 1):
        for position, check in enumerate(counted.record.result.checks, 1):
            yield {"result": number, "position": position, **_check(check)}


def _check(result: CheckResult) -> Values:
    check = result.check
    return {
        "check_id": check.id,
        "title": check.title,
        "criterion": check.criterion.value,
        "hidden": check.hidden,
        "outcome": result.outcome.value,
        "cause": result.cause.value if result.cause else None,
        "points": result.points,
        "max_points": check.points,
        "message": result.message,
        "traceback": result.traceback,
        "hint": check.hint,
        "output": result.output,
        "duration_s": result.duration_s,
        "needs": check.needs,
        "teacher_note": result.teacher_note,
    }


def _faults(book: Book) -> Iterator[Values]:
    for number, fault in enumerate(book.faults, 1):
        yield {
            "number": number,
            "submission_hash": fault.submission_hash,
            "rubric_hash": fault.rubric_hash,
            "message": fault.message,
            "deaths": fault.deaths,
            "happened_at": fault.at,
        }


def _manual_points(book: Book) -> Iterator[Values]:
    for number, counted in enumerate(book.manual, 1):
        given = counted.record
        yield {
            "number": number,
            "student": key_text(given.student),
            "title": given.title,
            "points": given.points,
            "author": given.author,
            "reason": given.reason,
            "given_at": given.at,
            "counts": counted.counts,
        }


def _overrides(book: Book) -> Iterator[Values]:
    for number, counted in enumerate(book.overrides, 1):
        override = counted.record
        yield {
            "number": number,
            "student": key_text(override.student),
            "points": override.points,
            "author": override.author,
            "reason": override.reason,
            "decided_at": override.at,
            "counts": counted.counts,
        }


def _grade(grade: Grade, number_of: Mapping[int, int]) -> Values:
    late = grade.lateness
    return {
        "student": key_text(grade.student.id),
        "status": grade.status.value,
        "hand_in": key_text(grade.hand_in.key) if grade.hand_in else None,
        "result": number_of[id(grade.result)] if grade.result else None,
        "points": grade.result.points if grade.result else None,
        "manual_points": grade.manual_points,
        "late": late.punctuality.value if late else None,
        "late_units": late.units if late else None,
        "late_deduction": grade.late_deduction,
        "override_points": grade.override,
        "final_points": grade.final_points,
        "max_points": grade.max_points,
        "is_flaky": grade.is_flaky,
        "notes": "\n".join(grade.notes),
    }


def _flaky(book: Book) -> Iterator[Values]:
    found = ((flaky.key, check) for flaky in book.flaky for check in flaky.checks)
    for number, (key, check) in enumerate(found, 1):
        yield {
            "number": number,
            "submission_hash": key.submission_hash,
            "rubric_hash": key.rubric_hash,
            "seed": str(key.seed),
            "isolation": key.isolation,
            "grader_version": key.grader_version,
            "check_id": check.id,
            "outcomes": ", ".join(
                f"{outcome.value} ({points_text(points)})" for outcome, points in check.seen
            ),
        }

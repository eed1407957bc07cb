"""A journal that the tests of grades, gradebook and exports share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from grader.batch.grades import Grade, book_of
from grader.batch.journal import Begun, Graded, HandedIn, ManualGrade, Override, Record, Student
from grader.deadlines import Deadline
from grader.results import Criterion, LabResult, Outcome
from tests.reports.sample_results import failed, make_check, make_result, passed

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
DUE = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
RUBRIC = "ab" * 32


def begun(students: Sequence[str], hand_ins: Sequence[str], rubric: str = RUBRIC) -> Begun:
    return Begun("tiny", "Lab 1", rubric, "confined", "0.1.0", "/in", tuple(students), tuple(hand_ins), NOW)


def result(submission: str, points: str = "6.5", rubric: str = RUBRIC) -> LabResult:
    """Ten points, in two checks."""
    earned = Decimal(points)
    first = make_check(1, "Connects", Criterion.CONNECT, "4")
    second = make_check(2, "Loads <every> landing", Criterion.LOAD, "6")
    checks = [passed(first) if earned >= 4 else failed(first, "No connection")]
    rest = earned - (4 if earned >= 4 else 0)
    outcome = Outcome.PARTIAL if rest else Outcome.FAILED
    checks.append(
        passed(second)
        if rest == 6
        else replace(failed(second, '=HYPERLINK("x") was found'), outcome=outcome, points=rest)
    )
    return replace(make_result(*checks), lab="tiny", submission_hash=submission, rubric_hash=rubric)


def handed_in(key: str, *students: str, late: timedelta | None = None, **more: object) -> HandedIn:
    moment = None if late is None else DUE + late
    record = HandedIn(key, students or (key,), f"hash of {key}", submitted_at=moment)
    return replace(record, **more)  # type: ignore[arg-type] # whatever the test asks for


def overridden(student: str, points: str | None) -> Override:
    return Override(student, None if points is None else Decimal(points), "teacher", "a reason", NOW)


def given(student: str, title: str, points: str) -> ManualGrade:
    return ManualGrade(student, title, Decimal(points), "teacher", "a reason", NOW)


def journal(points: Mapping[str, str], *more: Record, students: Sequence[Student] = ()) -> list[Record]:
    """One run, in which each student has so many points; a student without points handed nothing in."""
    known = {student.id: student for student in students}
    names = [*points, *(name for name in known if name not in points)]
    records: list[Record] = [begun(names, list(points))]
    records += [known.get(name, Student(name, f"Name of {name}", f"{name}@example.org")) for name in names]
    records += [handed_in(name) for name in points]
    records += [Graded(result(f"hash of {name}", earned)) for name, earned in points.items()]
    return [*records, *more]


def grades_of(records: Sequence[Record], deadline: Deadline | None = None) -> dict[str, Grade]:
    return {grade.student.id: grade for grade in book_of(records, deadline or Deadline()).grades}

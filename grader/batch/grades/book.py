"""From a journal's records to grades."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from grader.batch.grades.flaky import flaky_results
from grader.batch.grades.grade import Book, GivenPoints, Grade, GradeStatus
from grader.batch.grades.standing import Standing, standing_of
from grader.batch.journal import HandedIn, Record, Student
from grader.batch.late import Punctuality, deduction, lateness_of
from grader.deadlines import Deadline
from grader.results import LabResult, Status
from grader.scoring import points_text

__all__ = ["book_of"]

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Known:
    """What the journal says, by what it is asked for."""

    deadline: Deadline
    hand_ins: Mapping[str, Sequence[HandedIn]]
    """By student, sorted by key."""
    doubtful: Mapping[str, Sequence[HandedIn]]
    """By student, what may be theirs."""
    results: Mapping[str, LabResult]
    """By the submission's hash, those that count."""
    older: frozenset[str]
    """Hashes of submissions that only an earlier rubric has graded."""
    faults: Mapping[str, str]
    """By the submission's hash, what happened under the current rubric."""
    manual: Mapping[tuple[str, str], Decimal]
    overrides: Mapping[str, Decimal]
    flaky: frozenset[str]


def book_of(records: Iterable[Record], deadline: Deadline) -> Book:
    """All that the records come to; nothing else goes in.

    Raises:
        UsageError: No run has begun.
    """
    standing = standing_of(records)
    flaky = flaky_results(counted.record for counted in standing.results)
    known = _known(standing, deadline, frozenset(one.key.submission_hash for one in flaky))
    current = standing.current
    return Book(
        lab=current.lab,
        title=current.title,
        rubric_hash=current.rubric_hash,
        runs=standing.runs,
        students=standing.students,
        hand_ins=standing.hand_ins,
        results=standing.results,
        faults=standing.faults,
        manual=standing.manual,
        overrides=standing.overrides,
        flaky=flaky,
        grades=tuple(_grade(student, known) for student in standing.students),
    )


def _known(standing: Standing, deadline: Deadline, flaky: frozenset[str]) -> _Known:
    hand_ins: dict[str, list[HandedIn]] = {}
    doubtful: dict[str, list[HandedIn]] = {}
    for hand_in in standing.hand_ins:
        for student in dict.fromkeys(hand_in.students):
            hand_ins.setdefault(student, []).append(hand_in)
        for student in hand_in.candidates:
            doubtful.setdefault(student, []).append(hand_in)
    graded = [counted.record.result for counted in standing.results]
    results = [counted.record.result for counted in standing.results if counted.counts]
    overrides = [counted.record for counted in standing.overrides if counted.counts]
    given = [counted.record for counted in standing.manual if counted.counts]
    return _Known(
        deadline=deadline,
        hand_ins=hand_ins,
        doubtful=doubtful,
        results={result.submission_hash: result for result in results},
        older=frozenset(result.submission_hash for result in graded),
        faults={
            fault.submission_hash: fault.message
            for fault in standing.faults
            if fault.rubric_hash == standing.current.rubric_hash
        },
        manual={(manual.student, manual.title): manual.points for manual in given},
        overrides={one.student: one.points for one in overrides if one.points is not None},
        flaky=flaky,
    )


def _grade(student: Student, known: _Known) -> Grade:
    """The machine's part, then a person's, then lateness; an override stands above all."""
    mine = known.hand_ins.get(student.id, ())
    doubtful = known.doubtful.get(student.id, ())
    if not mine:
        grade = Grade(student, GradeStatus.UNCERTAIN if doubtful else GradeStatus.MISSING)
    else:
        grade = _of_hand_in(student, max(reversed(mine), key=_moment), known)
        if len(mine) > 1 and grade.hand_in is not None:
            others = ", ".join(one.key for one in mine if one is not grade.hand_in)
            grade = _noted(
                grade, f"There are several hand-ins; {grade.hand_in.key} counts, and not {others}."
            )
    for one in doubtful:
        grade = _noted(grade, f"{one.key} may be this student's. {one.uncertain}")
    override = known.overrides.get(student.id)
    return grade if override is None else replace(grade, override=override, final_points=override)


def _of_hand_in(student: Student, hand_in: HandedIn, known: _Known) -> Grade:
    late = lateness_of(hand_in, student.id, known.deadline)
    grade = Grade(student, GradeStatus.NOT_GRADED, hand_in, late)
    if hand_in.submission_hash is None:
        return _noted(replace(grade, status=GradeStatus.REFUSED), hand_in.refused)
    result = known.results.get(hand_in.submission_hash)
    if result is None:
        fault = known.faults.get(hand_in.submission_hash)
        if fault is not None:
            return _noted(replace(grade, status=GradeStatus.INCOMPLETE), fault)
        earlier = "Only an earlier rubric has graded it." if hand_in.submission_hash in known.older else ""
        return _noted(grade, earlier)
    grade = replace(grade, is_flaky=hand_in.submission_hash in known.flaky)
    return _settled(grade, result, known)


def _settled(grade: Grade, result: LabResult, known: _Known) -> Grade:
    manual = tuple(
        GivenPoints(one.title, known.manual.get((grade.student.id, one.title)), one.points)
        for one in result.manual
    )
    max_points = sum((one.max_points for one in manual), result.max_points)
    grade = replace(grade, result=result, manual=manual, max_points=max_points)
    grade = _with_forgotten_points(grade, known)
    if result.status is Status.INCOMPLETE:
        return replace(grade, status=GradeStatus.INCOMPLETE)
    if any(one.points is None for one in manual):
        return replace(grade, status=GradeStatus.MANUAL_POINTS_MISSING)
    if grade.lateness is None or grade.lateness.punctuality is Punctuality.UNDECIDED:
        return replace(grade, status=GradeStatus.LATE_UNDECIDED)
    earned = result.points + grade.manual_points
    lost = deduction(grade.lateness, earned, max_points)
    return replace(grade, status=GradeStatus.COMPLETE, late_deduction=lost, final_points=earned - lost)


def _with_forgotten_points(grade: Grade, known: _Known) -> Grade:
    titles = {one.title for one in grade.manual}
    for (student, title), points in known.manual.items():
        if student == grade.student.id and title not in titles:
            grade = _noted(
                grade,
                f"{points_text(points)} points for {title!r} do not count: the lab has no such criterion.",
            )
    return grade


def _moment(hand_in: HandedIn) -> datetime:
    return hand_in.submitted_at or _EARLIEST


def _noted(grade: Grade, note: str) -> Grade:
    return replace(grade, notes=(*grade.notes, note)) if note else grade

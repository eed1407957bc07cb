"""Writes what people look at: the gradebook, a page for each student, a page for the course."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

from grader.batch.gradebook import fill, gradebook_url
from grader.batch.grades import Book, Grade, GradeStatus
from grader.batch.handed_in.listings.listing import safe_name
from grader.batch.journal import Record
from grader.deadlines import Deadline
from grader.reports import FORMATS, for_student, write_report
from grader.reports.base import ReportOptions, write_atomically
from grader.reports.html import CourseAbout, CourseEntry, Standing, render_course
from grader.reports.screen.page import how_many

__all__ = ["Published", "publish"]

_LISTED = 20
_FOR_STUDENTS = ("html", "junit", "json")


@dataclass(frozen=True)
class Published:
    """What was written.

    Attributes:
        page: The course's page.
        gradebook: The URL of the gradebook.
    """

    book: Book
    page: Path
    gradebook: str


def publish(
    records: Iterable[Record], out: Path, deadline: Deadline, gradebook: str | None = None
) -> Published:
    """Fills the gradebook and writes all pages of a batch.

    Each student gets a folder with what may be handed out, and the teacher's own page beside it.

    Args:
        out: The batch's folder.
        gradebook: The URL of a database; None for a file in the batch's folder.

    Raises:
        UsageError: The journal tells of no run, or something cannot be written to.
        GraderError: The disk or the database failed.
    """
    url = gradebook or gradebook_url(out)
    book = fill(records, deadline, url)
    entries = [_published(grade, out) for grade in book.grades]
    page = out / "index.html"
    write_atomically(page, render_course(entries, _about(book, entries)))
    return Published(book, page, url)


def _published(grade: Grade, out: Path) -> CourseEntry:
    page = ""
    if grade.result is not None:
        folder = Path("reports", safe_name(grade.student.id))
        shown = for_student(grade.result)
        for name in _FOR_STUDENTS:
            write_report(name, shown, out / folder / FORMATS[name].file_name)
        page = str(folder / "teacher.html")
        write_atomically(out / page, FORMATS["html"].render(grade.result, ReportOptions()))
    return CourseEntry(
        student=grade.student.id,
        name=grade.student.name,
        standing=_standing(grade),
        points=grade.final_points,
        late=_late(grade),
        result=grade.result,
        message="; ".join(_remarks(grade)),
        page=page,
    )


def _standing(grade: Grade) -> Standing:
    match grade.status:
        case GradeStatus.MISSING:
            return Standing.MISSING
        case GradeStatus.UNCERTAIN:
            return Standing.UNCERTAIN
        case GradeStatus.REFUSED:
            return Standing.REFUSED
        case GradeStatus.INCOMPLETE | GradeStatus.NOT_GRADED:
            return Standing.UNGRADED if grade.result is None else Standing.INCOMPLETE
        case GradeStatus.COMPLETE | GradeStatus.MANUAL_POINTS_MISSING | GradeStatus.LATE_UNDECIDED:
            return Standing.GRADED


def _late(grade: Grade) -> str:
    late = grade.lateness
    if late is None or not late.is_late:
        return ""
    if not late.units:
        return "late"
    return f"late by {how_many(late.units, late.unit.value)}"


def _remarks(grade: Grade) -> Iterator[str]:
    if grade.status in {GradeStatus.MANUAL_POINTS_MISSING, GradeStatus.LATE_UNDECIDED}:
        yield grade.status.reason
    if grade.is_flaky:
        yield "the same submission has had different results"
    yield from grade.notes


def _about(book: Book, entries: list[CourseEntry]) -> CourseAbout:
    possible = [grade.max_points for grade in book.grades if grade.max_points is not None]
    return CourseAbout(
        lab=book.lab,
        title=book.title,
        max_points=max(possible, default=Decimal(0)),
        made_at=datetime.now(UTC),
        grader_version=version("dblab-grader"),
        rubric_hash=book.rubric_hash,
        facts=(f"{len(entries)} students", *_strays(book)),
    )


def _strays(book: Book) -> Iterator[str]:
    """What counts for nobody, so that it is not lost from sight when the terminal is closed."""
    keys = [hand_in.key for hand_in in book.strays]
    if keys:
        more = f" and {len(keys) - _LISTED} more" if len(keys) > _LISTED else ""
        yield f"Of nobody in the roster: {', '.join(keys[:_LISTED])}{more}"

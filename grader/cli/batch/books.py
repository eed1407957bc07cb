"""Commands on a batch that has been graded: reports, exports, points that a person gives."""

import getpass
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console

from grader.batch.exports import EXPORTS, Export, Wishes
from grader.batch.grades import Book, Grade, book_of
from grader.batch.journal import ManualGrade, Override, Record, open_journal, read_journal
from grader.batch.run import last_run
from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.deadlines import Deadline, read_deadline
from grader.errors import CourseError, UsageError
from grader.reports.base import write_atomically
from grader.reports.record import number
from grader.reports.screen.page import Page, how_many
from grader.reports.text import one_line
from grader.scoring import parse_points, points_text

_PATH = click.Path(path_type=Path)
_OUT = click.argument("out", type=_PATH)
_GRADEBOOK = click.option("--gradebook", metavar="URL", help="Another database than OUT/gradebook.sqlite.")


@click.command("report")
@_OUT
@_GRADEBOOK
@shared_options
def report_command(shared: Shared, out: Path, gradebook: str | None) -> int:
    """Write the pages and the gradebook of a batch again.

    OUT is the folder that `grader batch --out` wrote to.
    """
    # SQLAlchemy and the templates take long to import.
    from grader.batch.publish import publish  # noqa: PLC0415

    records = read_journal(out)
    published = publish(records, out, deadline_of(shared, records), gradebook)
    if shared.as_json:
        _print_json({"page": str(published.page), "gradebook": published.gradebook})
    else:
        Page(Console()).say(
            f"The page of the course is {published.page}, the gradebook {published.gradebook}."
        )
    return Exit.GRADED


@click.command("export")
@_OUT
@click.option("--format", "name", type=click.Choice(list(EXPORTS)), required=True, help="For what.")
@click.option("--to", type=_PATH, metavar="FILE", required=True, help="The file to write.")
@click.option("--from", "own_file", type=_PATH, metavar="FILE", help="What you downloaded from the platform.")
@click.option("--column", default="", help="The header of the grade's column, with the platform's id.")
@click.option("--identifier", default="Identifier", help="Moodle's header of identifiers, if not English.")
@click.option("--grade", default="Grade", help="Moodle's header of grades, if not English.")
@click.option("--feedback", default="Feedback comments", help="Moodle's header of feedback, likewise.")
@click.option("--no-feedback", is_flag=True, help="Leave the feedback as it is.")
@shared_options
def export_command(
    shared: Shared,
    out: Path,
    *,
    name: str,
    to: Path,
    own_file: Path | None,
    column: str,
    identifier: str,
    grade: str,
    feedback: str,
    no_feedback: bool,
) -> int:
    """Write the settled grades of a batch as a file for a learning platform."""
    book = _book(shared, out)
    wishes = Wishes(
        title=book.title,
        column=column,
        own_file=None if own_file is None else _read(own_file),
        identifier=identifier,
        grade=grade,
        feedback=feedback,
        with_feedback=not no_feedback,
    )
    export = EXPORTS[name](book.grades, wishes)
    write_atomically(to, export.content)
    if shared.as_json:
        _print_json({"file": str(to), **_export_as_json(export)})
    else:
        _show_export(export, to)
    return Exit.INCOMPLETE if export.left_out else Exit.GRADED


def _print_json(document: Mapping[str, object]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))


def _export_as_json(export: Export) -> dict[str, object]:
    return {
        "included": export.included,
        "left_out": [
            {"student": left.student, "name": left.name, "reason": left.reason} for left in export.left_out
        ],
        "untouched": list(export.untouched),
        "remarks": list(export.remarks),
    }


def _show_export(export: Export, to: Path) -> None:
    page = Page(Console(stderr=True))
    page.say(f"{to} has the grades of {how_many(export.included, 'student')}.")
    for left in export.left_out:
        page.say(
            one_line(f"not in it: {left.name or left.student} ({left.student}): {left.reason}"), bullet="- "
        )
    for row in export.untouched:
        page.say(one_line(f"a row of your file that leads to nobody: {row}"), bullet="- ")
    for remark in export.remarks:
        page.say(one_line(remark))


_author = click.option("--author", default=getpass.getuser, help="Who decides; you, if left out.")
_reason = click.option("--reason", required=True, help="Why; it stays in the journal.")


@click.command("points")
@_OUT
@click.argument("student")
@click.argument("points")
@click.option("--title", default="", help="The manual criterion; needed if the lab has several.")
@_author
@_reason
@shared_options
def points_command(
    shared: Shared, out: Path, student: str, points: str, *, title: str, author: str, reason: str
) -> int:
    """Give a student points for what no machine grades."""

    def record(grade: Grade) -> Record:
        criterion = _criterion(grade, title)
        given = _points(points)
        if given > criterion[1]:
            raise UsageError(f"{criterion[0]} is worth {points_text(criterion[1])} points, and not {points}.")
        return ManualGrade(student, criterion[0], given, author, reason, datetime.now(UTC))

    return _write_down(shared, out, student, record)


@click.command("override")
@_OUT
@click.argument("student")
@click.argument("points", required=False)
@click.option("--remove", is_flag=True, help="Take an earlier override back.")
@_author
@_reason
@shared_options
def override_command(
    shared: Shared, out: Path, student: str, *, points: str | None, remove: bool, author: str, reason: str
) -> int:
    """Set a student's final points, whatever else says otherwise."""
    if (points is None) is not remove:
        raise UsageError("Give the points, or --remove, and not both.")

    def record(_grade: Grade) -> Record:
        given = None if points is None else _points(points)
        return Override(student, given, author, reason, datetime.now(UTC))

    return _write_down(shared, out, student, record)


def deadline_of(shared: Shared, records: list[Record]) -> Deadline:
    """What the hand-ins of a journal's lab are measured by."""
    run = last_run(records)
    return read_deadline(shared.course(Path(), apart_from=Path(run.source)), run.lab)


def _book(shared: Shared, out: Path) -> Book:
    records = read_journal(out)
    return book_of(records, deadline_of(shared, records))


def _write_down(shared: Shared, out: Path, student: str, make: Callable[[Grade], Record]) -> int:
    with open_journal(out) as journal:
        deadline = deadline_of(shared, journal.records)
        grades = {grade.student.id: grade for grade in book_of(journal.records, deadline).grades}
        if student not in grades:
            raise UsageError(
                f"The batch in {out} has no student {student!r}. Its ids stand in the gradebook."
            )
        journal.append(make(grades[student]))
        grade = next(one for one in book_of(journal.records, deadline).grades if one.student.id == student)
    if shared.as_json:
        _print_json(
            {
                "student": grade.student.id,
                "name": grade.student.name,
                "status": grade.status.value,
                "final_points": None if grade.final_points is None else number(grade.final_points),
            }
        )
        return Exit.GRADED
    final = "not settled" if grade.final_points is None else points_text(grade.final_points)
    Page(Console()).say(
        one_line(f"{grade.student.name or student}: {final}. `grader report` writes the pages.")
    )
    return Exit.GRADED


def _criterion(grade: Grade, title: str) -> tuple[str, Decimal]:
    if grade.result is None:
        raise UsageError(f"There is no result of {grade.student.id} to which points could be added.")
    known = {given.title: given.max_points for given in grade.manual}
    if not title and len(known) == 1:
        return next(iter(known.items()))
    if title not in known:
        if not known:
            raise UsageError(
                "The lab keeps no points for a person ([[manual]] in lab.toml). See grader override."
            )
        names = ", ".join(map(repr, known))
        raise UsageError(f"Name one of the lab's manual criteria with --title: {names}.")
    return title, known[title]


def _points(text: str) -> Decimal:
    try:
        return parse_points(Decimal(text))
    except (ArithmeticError, CourseError) as error:
        raise UsageError(f"{text!r} are no points: write a number with at most two decimals.") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error

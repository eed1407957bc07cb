"""`regrade`: the same submissions again after a change of the rubric, and who moved."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from grader.batch.grades import Book, book_of
from grader.batch.handed_in import DownloadKind
from grader.batch.journal import read_journal
from grader.batch.moves import CheckMove, Move, moves_between
from grader.batch.run import BatchOrder, last_run
from grader.cli.batch.grading import Place, run_batch
from grader.cli.options import Shared, shared_options
from grader.deadlines import read_deadline
from grader.reports.screen.page import Page, how_many
from grader.reports.text import one_line
from grader.scoring import points_text


@click.command("regrade")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(1), help="How many are graded at once; else one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster, as tcp://HOST:8786.")
@click.option("--again", is_flag=True, help="Also what has not changed, to find results that are luck.")
@click.option("--plain", is_flag=True, help="A line for each submission instead of a live display.")
@shared_options
def regrade_command(
    shared: Shared, out: Path, *, workers: int | None, scheduler: str | None, again: bool, plain: bool
) -> int:
    """Grade what has changed since a batch: its rubric, or submissions; then tell who moved.

    OUT is the folder that `grader batch --out` wrote to.
    """
    records = read_journal(out)
    run = last_run(records)
    course = shared.course_to_grade(Path(run.source))
    deadline = read_deadline(course, run.lab)
    before = book_of(records, deadline)
    order = BatchOrder(
        lab=course.lab(run.lab),
        source=Path(run.source),
        out=out,
        kind=DownloadKind(run.kind) if run.kind else None,
        roster=Path(run.roster) if run.roster else None,
        seed=run.seed,
        is_all_again=again,
    )
    code, _ = run_batch(shared, order, course=course, place=Place(workers, scheduler, is_plain=plain))
    after = book_of(read_journal(out), deadline)
    moves = moves_between(before, after)
    if shared.as_json:
        click.echo(json.dumps({"moves": [_as_json(move) for move in moves], "flaky": _flaky(after)}))
    else:
        _show(moves, after, Console())
    return code


def _show(moves: Sequence[Move], book: Book, console: Console) -> None:
    page = Page(console)
    page.say(f"{how_many(len(moves), 'student')} moved.", "bold")
    if moves:
        table = Table(expand=False)
        for title in ("student", "before", "after", "by"):
            table.add_column(title, justify="left" if title == "student" else "right")
        table.add_column("checks")
        for move in moves:
            who = page.mend(one_line(move.name or move.student))
            checks = page.mend("\n".join(_check_text(check) for check in move.checks))
            table.add_row(who, _text(move.before), _text(move.after), _difference(move), checks)
        console.print(table)
    for check, keys in _flaky(book).items():
        page.say(
            f"The check {check} has had different outcomes for {how_many(len(keys), 'submission')}.", "red"
        )


def _check_text(check: CheckMove) -> str:
    was = check.before[0].value if check.before else "new"
    now = check.after[0].value if check.after else "gone"
    return f"{check.id}: {was} → {now} ({check.points:+g})"


def _text(points: Decimal | None) -> str:
    return "-" if points is None else points_text(points)


def _difference(move: Move) -> str:
    return "" if move.before is None or move.after is None else f"{move.after - move.before:+g}"


def _flaky(book: Book) -> dict[str, list[str]]:
    """By check, the submissions for which it has had different outcomes."""
    found: dict[str, list[str]] = {}
    for flaky in book.flaky:
        for check in flaky.checks:
            found.setdefault(check.id, []).append(flaky.key.submission_hash)
    return found


def _as_json(move: Move) -> dict[str, Any]:
    return {
        "student": move.student,
        "name": move.name,
        "before": None if move.before is None else points_text(move.before),
        "after": None if move.after is None else points_text(move.after),
        "checks": [
            {
                "id": check.id,
                "before": check.before[0] if check.before else None,
                "after": check.after[0] if check.after else None,
                "points": points_text(check.points),
            }
            for check in move.checks
        ],
    }

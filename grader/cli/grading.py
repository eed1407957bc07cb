"""`check` and `grade`: one submission, for its student or for its teacher."""

import math
from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console

from grader.checks.station import Order
from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.course import Course, find_lab_id
from grader.errors import UsageError
from grader.grade import Graded, grade
from grader.reports import FORMATS, for_student, write_report
from grader.reports.record import dumps
from grader.reports.screen.progress import progress_on
from grader.reports.screen.terminal import print_result
from grader.results import LabResult, Status
from grader.sandbox.base import Isolation

_PATH = click.Path(path_type=Path)


def _number(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number of percent.")
    return value


@click.command("check")
@click.argument("path", type=_PATH, default=Path())
@click.option("--lab", metavar="LAB", help="The lab; found from the folder's name or files if left out.")
@click.option("--seed", type=click.IntRange(0), help="The seed of the generated data, to replay a result.")
@shared_options
def check_command(shared: Shared, path: Path, lab: str | None, seed: int | None) -> int:
    """Check your own work: visible checks, with hints.

    PATH is your folder; without it, the one you are in.
    """
    course = shared.course(path)
    order = Order(course.lab(lab or find_lab_id(course, path)), path, seed, visible_only=True)
    graded = _graded(shared, course, order)
    result = for_student(graded.result)
    _show(shared, result, replay=shared.again("check", path, lab, result.seed))
    return _exit(graded, fail_under=100)


@click.command("grade")
@click.argument("path", type=_PATH)
@click.option("--lab", metavar="LAB", help="The lab; found from the folder's name or files if left out.")
@click.option(
    "--report", "reports", metavar="FORMAT=FILE", multiple=True, help=f"Formats: {', '.join(FORMATS)}."
)
@click.option("--junit", type=_PATH, metavar="FILE", help="The same as --report junit=FILE.")
@click.option(
    "--junit-strict", is_flag=True, help="Keep the JUnit file to the schemas: no properties of cases."
)
@click.option("--seed", type=click.IntRange(0), help="The seed of the generated data, to replay a result.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    callback=_number,
    metavar="PERCENT",
    help="Exit 1 below this.",
)
@click.option(
    "--reveal-hidden", is_flag=True, help="Show what hidden checks say; never where students read it."
)
@shared_options
def grade_command(
    shared: Shared,
    path: Path,
    lab: str | None,
    reports: tuple[str, ...],
    junit: Path | None,
    seed: int | None,
    fail_under: float | None,
    *,
    junit_strict: bool,
    reveal_hidden: bool,
) -> int:
    """Grade a submission with all checks, and write reports."""
    wanted = [_report(text) for text in reports] + ([("junit", junit)] if junit else [])
    course = shared.course_to_grade(path)
    graded = _graded(shared, course, Order(course.lab(lab or find_lab_id(course, path)), path, seed))
    _warn_of_weak_isolation(graded.result)
    result = graded.result if reveal_hidden else for_student(graded.result)
    for name, file in wanted:
        write_report(name, result, file, strict=junit_strict, folder=_seen_from_here(path))
    _show(shared, result, replay=shared.again("grade", path, result.lab, result.seed))
    return _exit(graded, fail_under)


def _seen_from_here(submission: Path) -> str:
    """Where a submission lies below the folder that the command runs in; empty if it does not."""
    here, there = Path.cwd(), submission.resolve()
    return there.relative_to(here).as_posix() if there.is_dir() and there.is_relative_to(here) else ""


def _warn_of_weak_isolation(result: LabResult) -> None:
    if result.isolation == Isolation.PROCESS:
        click.echo(
            "Warning: the submission ran at the isolation level process, which keeps its code from little: "
            "a grade that somebody gains from needs more. `grader doctor` tells what this machine lacks.",
            err=True,
        )


def _graded(shared: Shared, course: Course, order: Order) -> Graded:
    with progress_on(Console(stderr=True), quiet=shared.as_json) as watcher:
        return grade(order, shared.settings(course), watcher)


def _show(shared: Shared, result: LabResult, *, replay: str) -> None:
    if shared.as_json:
        click.echo(dumps(result), nl=False)
    else:
        print_result(result, Console(), replay=replay)


def _exit(graded: Graded, fail_under: float | None) -> Exit:
    if graded.interrupted:
        return Exit.INTERRUPTED
    if graded.result.status is Status.INCOMPLETE:
        return Exit.INCOMPLETE
    below = fail_under is not None and graded.result.percent < Decimal(str(fail_under))
    return Exit.BELOW if below else Exit.GRADED


def _report(text: str) -> tuple[str, Path]:
    name, separator, file = text.partition("=")
    if not separator or not file or name not in FORMATS:
        raise UsageError(f"--report {text}: write FORMAT=FILE, with a format of {', '.join(FORMATS)}.")
    return name, Path(file)

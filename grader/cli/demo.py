"""`demo`: sample submissions of different quality, graded on real servers, with every report."""

from itertools import chain
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from grader.checks.station import Order
from grader.cli.exits import Exit
from grader.cli.folder import Graded, write_lab
from grader.cli.options import Shared, shared_options
from grader.config import Settings
from grader.course import Course, Lab
from grader.errors import GraderError
from grader.pool import Faulted, Finished, Job, Pool, Refused
from grader.reports import FORMATS, for_student
from grader.reports.record import dump_json, to_json
from grader.reports.screen.terminal import print_result
from grader.results import LabResult, Status
from grader.scoring import points_text
from grader.verify import Kind, Specimen, read_specimens


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo-out"), help="Where reports are written."
)
@click.option("--open/--no-open", "opens", default=None, help="Open a page; if left out, on a terminal only.")
@shared_options
def demo_command(shared: Shared, out: Path, *, opens: bool | None) -> int:
    """Grade sample submissions of every lab, show a report, and write all formats to a folder."""
    course = shared.course(Path())
    settings = shared.settings(course)
    console = Console(quiet=shared.as_json)
    graded: dict[str, Graded] = {}
    for lab in map(course.lab, course.lab_ids()):
        graded[lab.id] = _graded(lab, settings)
        console.print(_table(lab, graded[lab.id]))
        write_lab(lab, graded[lab.id], out)
    _show_last(graded, course, shared, console)
    pages = [out / lab_id / "index.html" for lab_id in graded]
    console.print(f"\nThe reports of every submission are in {out}/: {', '.join(FORMATS)}.")
    console.print("What a teacher sees of a whole course:", *map(str, pages), sep="\n  ")
    if shared.as_json:
        rows = [
            {"submission": one.name, **to_json(result)} for all_ in graded.values() for one, result in all_
        ]
        click.echo(dump_json(rows), nl=False)
    elif pages and (console.is_terminal if opens is None else opens):
        click.launch(pages[0].absolute().as_uri())
    is_incomplete = any(result.status is Status.INCOMPLETE for _, result in chain(*graded.values()))
    return Exit.INCOMPLETE if is_incomplete else Exit.GRADED


def _graded(lab: Lab, settings: Settings) -> Graded:
    samples = {one.name: one for one in _samples(lab)}
    results: dict[str, LabResult] = {}
    with Pool(lab, settings) as pool:
        for event in pool.run([Job(name, Order(lab, lab.specimens / name)) for name in samples]):
            match event:
                case Finished():
                    results[event.job] = event.result
                case Refused() | Faulted():
                    raise GraderError(f"The sample {event.job} of {lab.id} was not graded: {event.message}")
    return [(specimen, results[name]) for name, specimen in samples.items()]


def _samples(lab: Lab) -> list[Specimen]:
    """The starter, and a mistake that costs neither little nor much."""
    specimens = read_specimens(lab)
    mistakes = [one for one in specimens if one.kind is Kind.MISTAKE]
    mistakes.sort(key=lambda one: (one.score, one.name))
    return [*(one for one in specimens if one.kind is Kind.STARTER), *mistakes[len(mistakes) // 2 :][:1]]


def _table(lab: Lab, graded: Graded) -> Table:
    table = Table(title=f"{lab.id}: {lab.title}", title_justify="left", expand=True)
    table.add_column("submission", ratio=2)
    table.add_column("what it is", ratio=3)
    table.add_column("points", justify="right")
    table.add_column("servers")
    for specimen, result in graded:
        score = f"{points_text(result.points)} of {points_text(result.max_points)}"
        table.add_row(specimen.name, specimen.says, score, result.backend)
    return table


def _show_last(graded: dict[str, Graded], course: Course, shared: Shared, console: Console) -> None:
    """What the student of the last mistake reads."""
    mistakes = [(one, result) for one, result in chain(*graded.values()) if one.kind is Kind.MISTAKE]
    if mistakes:
        one, shown = mistakes[-1]
        console.print("\nAnd this is what the student of the last one reads:", style="bold")
        folder = course.lab(shown.lab).specimens / one.name
        replay = shared.again("grade", folder, shown.lab, shown.seed)
        print_result(for_student(shown), console, replay=replay)

"""`demo`: sample submissions of different quality, graded on real servers, with every report."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from grader.checks.station import Order, open_station
from grader.checks.watch import Nobody
from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.config import Settings
from grader.course import Lab
from grader.grade import grade_at
from grader.reports import FORMATS, for_student, write_report
from grader.reports.record import dump_json, to_json
from grader.reports.screen.terminal import print_result
from grader.results import LabResult, Status
from grader.scoring import points_text
from grader.verify import Kind, Specimen, read_specimens

_MISTAKES = 2
"""How many wrong submissions of each lab a demonstration grades."""


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo-out"), help="Where reports are written."
)
@shared_options
def demo_command(shared: Shared, out: Path) -> int:
    """Grade sample submissions of every lab, show a report, and write all formats to a folder."""
    course = shared.course(Path())
    settings = shared.settings(course)
    console = Console(quiet=shared.as_json)
    rows: list[dict[str, object]] = []
    shown: LabResult | None = None
    is_incomplete = False
    for lab in map(course.lab, course.lab_ids()):
        graded = _graded(lab, settings)
        console.print(_table(lab, graded))
        for specimen, result in graded:
            _write(result, out / lab.id / specimen.name)
            rows.append({"submission": specimen.name, **to_json(result)})
            is_incomplete = is_incomplete or result.status is Status.INCOMPLETE
            if specimen.kind is Kind.MISTAKE:
                shown = result
    if shown is not None:
        console.print("\nAnd this is what the student of the last one reads:", style="bold")
        replay = f"grader check PATH --lab {shown.lab} --seed {shown.seed}"
        print_result(for_student(shown), console, replay=replay)
    console.print(f"\nThe reports of every submission are in {out}/: {', '.join(FORMATS)}.")
    if shared.as_json:
        click.echo(dump_json(rows), nl=False)
    return Exit.INCOMPLETE if is_incomplete else Exit.GRADED


def _graded(lab: Lab, settings: Settings) -> list[tuple[Specimen, LabResult]]:
    watcher = Nobody()
    with open_station(lab, settings, watcher) as station:
        return [
            (specimen, grade_at(station, Order(lab, lab.specimens / specimen.name), watcher).result)
            for specimen in _samples(lab)
        ]


def _samples(lab: Lab) -> list[Specimen]:
    """The reference, the starter, and some mistakes, spread over their scores; the best of them last."""
    specimens = read_specimens(lab)
    mistakes = [one for one in specimens if one.kind is Kind.MISTAKE]
    mistakes.sort(key=lambda one: (one.score, one.name))
    places = [len(mistakes) * (place + 1) // (_MISTAKES + 1) for place in range(_MISTAKES)]
    fixed = [one for one in specimens if one.kind in {Kind.REFERENCE, Kind.STARTER}]
    return [*fixed, *(mistakes[place] for place in places)]


def _table(lab: Lab, graded: list[tuple[Specimen, LabResult]]) -> Table:
    table = Table(title=f"{lab.id}: {lab.title}", title_justify="left", expand=True)
    table.add_column("submission", ratio=2)
    table.add_column("what it is", ratio=3)
    table.add_column("points", justify="right")
    table.add_column("servers")
    for specimen, result in graded:
        score = f"{points_text(result.points)} of {points_text(result.max_points)}"
        table.add_row(specimen.name, specimen.says, score, result.backend)
    return table


def _write(result: LabResult, folder: Path) -> None:
    for name, form in FORMATS.items():
        write_report(name, for_student(result), folder / form.file_name)

"""`demo`: sample submissions of different quality, graded on real servers, with every report."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from grader.checks.station import Order, open_station
from grader.checks.watch import Nobody
from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.course import Lab
from grader.grade import grade_at
from grader.reports import FORMATS, for_student, write_report
from grader.reports.screen.terminal import print_result
from grader.results import LabResult, Status
from grader.verify import Kind, Specimen, read_specimens

_MISTAKES = 3
"""How many wrong submissions a demonstration shows."""


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo-out"), help="Where reports are written."
)
@shared_options
def demo_command(shared: Shared, out: Path) -> int:
    """Grade sample submissions of every lab, show a report, and write all formats to a folder."""
    course = shared.course(Path())
    settings = shared.settings(course)
    console = Console()
    incomplete = False
    for lab in map(course.lab, course.lab_ids()):
        table = Table("submission", "what it is", "points", "backend", title=lab.title, title_justify="left")
        shown: LabResult | None = None
        with open_station(lab, settings, Nobody()) as station:
            for specimen in _samples(lab):
                result = grade_at(station, Order(lab, lab.specimens / specimen.name), Nobody()).result
                _write(result, out / lab.id / specimen.name)
                table.add_row(specimen.name, specimen.says, f"{result.points}", result.backend)
                incomplete = incomplete or result.status is Status.INCOMPLETE
                if shown is None and specimen.kind is Kind.MISTAKE:
                    shown = result
        if shown is not None:
            console.print(f"\nWhat the student of one of them reads ({lab.title}):\n", style="bold")
            print_result(
                for_student(shown), console, replay=f"grader check PATH --lab {lab.id} --seed {shown.seed}"
            )
        console.print(table)
    console.print(f"Every report of every submission is in {out}/: {', '.join(FORMATS)}.")
    return Exit.INCOMPLETE if incomplete else Exit.GRADED


def _samples(lab: Lab) -> list[Specimen]:
    """The reference, the starter, one other right way and some mistakes, spread over their scores."""
    specimens = read_specimens(lab)
    mistakes = sorted(
        (one for one in specimens if one.kind is Kind.MISTAKE), key=lambda one: (one.score, one.name)
    )
    step = max(1, len(mistakes) // _MISTAKES)
    alternative = [one for one in specimens if one.kind is Kind.ALTERNATIVE][:1]
    fixed = [one for one in specimens if one.kind in {Kind.REFERENCE, Kind.STARTER}]
    return [*fixed, *alternative, *mistakes[::step][:_MISTAKES]]


def _write(result: LabResult, folder: Path) -> None:
    for name in FORMATS:
        write_report(name, for_student(result), folder / f"report.{_ENDINGS.get(name, name)}")


_ENDINGS = {"junit": "xml"}

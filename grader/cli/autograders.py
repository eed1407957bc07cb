"""`export-gradescope`: the grader for a platform that runs it itself."""

from pathlib import Path

import click

import grader
from grader.autograders.gradescope import pack_autograder
from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.reports.base import write_atomically
from grader.reports.record import dump_json


@click.command("export-gradescope")
@click.argument("lab")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="The zip; LAB-gradescope.zip.")
@shared_options
def export_gradescope_command(shared: Shared, lab: str, out: Path | None) -> int:
    """Write the zip that Gradescope makes an autograder of, with this grader and one lab."""
    course = shared.course(Path())
    chosen = course.lab(lab)
    path = out or Path(f"{chosen.id}-gradescope.zip")
    content = pack_autograder(course, chosen, Path(grader.__file__).resolve().parent)
    write_atomically(path, content)
    if shared.as_json:
        click.echo(dump_json({"file": str(path), "bytes": len(content)}), nl=False)
    else:
        click.echo(f"{path} ({len(content) // 1024} KiB): upload it as the assignment's autograder.")
    return Exit.GRADED

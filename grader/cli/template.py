"""`template`: the repository that students' repositories are made from."""

import json
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.template import fill_template, read_source


@click.command("template")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--grader", "source", metavar="OWNER/NAME@REF", help="The repository on GitHub that has the grader."
)
@click.option("--over", is_flag=True, help="Write into a folder that has files, and make its labs anew.")
@shared_options
def template_command(shared: Shared, folder: Path, source: str | None, *, over: bool) -> int:
    """Write a template repository for students, with one folder for each lab of the course."""
    course = shared.course(Path())
    labs = fill_template(course, folder, read_source(source) if source else None, over=over)
    if shared.as_json:
        click.echo(json.dumps({"folder": str(folder), "labs": labs}))
        return Exit.GRADED
    click.echo(f"{folder} has {len(labs)} labs: {', '.join(labs)}.")
    if source is None:
        click.echo(
            "Its workflow says OWNER/dblab-grader@REF where the grader is to be named: write the repository "
            "and the commit there, or give --grader OWNER/NAME@REF."
        )
    return Exit.GRADED

"""`new`: a lab to start from."""

import json
import os
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.config import read_settings
from grader.new_lab import SERVICES, NewLab, find_site, make_lab, require_usable_id


@click.command("new")
@click.argument("lab")
@click.option("--service", type=click.Choice(list(SERVICES)), default=next(iter(SERVICES)), show_default=True)
@click.option("--title", help="What people read; else made from the id.")
@click.option("--course", metavar="DIR", help="The course: a directory with labs/ and rubrics/.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def new_command(lab: str, service: str, title: str | None, course: str | None, *, as_json: bool) -> int:
    """Make a new lab: handout, starter, checks and specimens, to be changed into yours.

    LAB is the lab's id, a Python identifier. Where there is no course, one begins in this folder.
    """
    asked_for = read_settings({"course": course}, os.environ).course
    site = find_site(asked_for, Path())
    require_usable_id(site, lab)
    own_title = lab.replace("_", " ").strip().capitalize() if title is None else title
    replaces = site.takes_the_place_of(lab)
    files = make_lab(NewLab(lab, own_title or lab, service), site.root)
    if as_json:
        made = {
            "lab": lab,
            "course": str(site.root),
            "is_new_course": site.is_new,
            "replaces_built_in": replaces,
            "files": [str(path.relative_to(site.root)) for path in files],
        }
        click.echo(json.dumps(made, ensure_ascii=False))
        return Exit.GRADED
    if site.is_new:
        click.echo(f"There was no course here, so one begins in {site.root}, with labs/ and rubrics/.")
    for path in files:
        click.echo(f"  {path.relative_to(site.root)}")
    if replaces:
        click.echo(f"In this course, it stands in place of the built-in lab {lab}.")
    click.echo(f"Try it with: grader verify {lab}")
    return Exit.GRADED

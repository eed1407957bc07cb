"""`services` and `doctor`: the servers to play with, and what this machine has."""

import json
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.sandbox.base import Isolation
from grader.sandbox.outside.examine import examine_level, examine_walls
from grader.services.doctor import Finding, examine_machine
from grader.services.lease import lease
from grader.services.run import open_run


@click.command("services")
@click.argument("lab")
@shared_options
def services_command(shared: Shared, lab: str) -> int:
    """Start the servers of a lab and print their URLs, to play with; Ctrl-C stops them."""
    course = shared.course(Path())
    chosen = course.lab(lab)
    settings = shared.settings(course)
    commands = {name: use.commands for name, use in chosen.services.items()}
    with (
        open_run(settings.state_dir) as run,
        lease(tuple(chosen.services), settings, run, commands) as leased,
    ):
        urls = {
            name: _as_client_writes(service.url, chosen.services[name].client)
            for name, service in leased.services.items()
        }
        if shared.as_json:
            click.echo(json.dumps({"backend": leased.backend, "urls": urls}))
        else:
            for name, url in urls.items():
                click.echo(f"{name:<10} {url}   ({leased.backend}, version {leased.services[name].version})")
            click.echo("Press Ctrl-C to stop them; their data goes with them.")
        sys.stdout.flush()
        _await_interrupt()
    return Exit.GRADED


def _as_client_writes(url: str, client: str) -> str:
    """The URL as the lab's own client takes it: only SQLAlchemy wants the driver in it."""
    return url.replace("+psycopg", "", 1) if client.startswith("psycopg.") else url


@click.command("doctor")
@shared_options
def doctor_command(shared: Shared) -> int:
    """Tell what this machine has: where servers can run, and how submissions are kept apart."""
    findings = [
        Finding("python", True, f"{platform.python_version()} at {sys.executable}"),
        *examine_machine(shared.settings(shared.course(Path()))),
        *_isolation(),
    ]
    if shared.as_json:
        rows = [{"what": item.what, "ok": item.is_ok, "says": item.says} for item in findings]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for item in findings:
            click.echo(f"{'ok' if item.is_ok else '--':<3} {item.what:<20} {item.says}")
    return Exit.GRADED


def _isolation() -> Iterator[Finding]:
    for trial in examine_walls():
        yield Finding(trial.name, not trial.reason, trial.reason or "there")
    level, missing = examine_level()
    strong = level is not Isolation.PROCESS
    says = "; ".join((f"the level is {level.value}", *(f"not {reason}" for reason in missing)))
    yield Finding("isolation", strong, says)


def _await_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return

"""`services` and `doctor`: the servers to play with, and what this machine has."""

import json
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.errors import UsageError
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
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--attack", is_flag=True, help="Grade the attack corpus, or the attacks named, on this machine."
)
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="With --attack, write every report of every attack.",
)
@shared_options
def doctor_command(shared: Shared, names: tuple[str, ...], reports: Path | None, *, attack: bool) -> int:
    """Tell what this machine has: where servers can run, and how submissions are kept apart.

    With --attack, exit 1 if an attack breaks a promise. NAME is an attack, or what its name begins with.
    """
    if attack:
        # The corpus brings much with it that a mere look does not need.
        from grader.cli.attacking import attack_this_machine  # noqa: PLC0415

        settings = shared.settings(shared.course(Path()))
        return attack_this_machine(settings, names, reports, as_json=shared.as_json)
    if names:
        raise UsageError("A NAME is one of an attack: say --attack, too.")
    if reports is not None:
        raise UsageError("The reports are those of attacks: say --attack, too.")
    settings = shared.settings(shared.course(Path()))
    findings = [
        Finding("python", True, f"{platform.python_version()} at {sys.executable}"),
        *examine_machine(settings),
        *_isolation(settings.without),
    ]
    if shared.as_json:
        rows = [{"what": item.what, "ok": item.is_ok, "says": item.says} for item in findings]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for item in findings:
            click.echo(f"{'ok' if item.is_ok else '--':<3} {item.what:<20} {item.says}")
    return Exit.GRADED


def _isolation(without: Sequence[str]) -> Iterator[Finding]:
    for trial in examine_walls():
        reason = "GRADER_WITHOUT says to do without it" if trial.name in without else trial.reason
        yield Finding(trial.name, not reason, reason or "there")
    level, missing = examine_level(without)
    strong = level is not Isolation.PROCESS
    says = "; ".join((f"the level is {level.value}", *(f"not {reason}" for reason in missing)))
    yield Finding("isolation", strong, says)


def _await_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return

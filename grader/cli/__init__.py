"""The command `grader`: arguments in, exit code out."""

import gc
import json
import os
import signal
import sys
import traceback
from types import FrameType
from typing import NoReturn

import click

from grader.cli.exits import Exit, exit_of
from grader.cli.lazy import LazyGroup
from grader.errors import GraderError, SubmissionError

COMMANDS = {
    "check": "grader.cli.grading:check_command",
    "grade": "grader.cli.grading:grade_command",
    "batch": "grader.cli.batch.grading:batch_command",
    "regrade": "grader.cli.batch.regrading:regrade_command",
    "report": "grader.cli.batch.books:report_command",
    "export": "grader.cli.batch.books:export_command",
    "similar": "grader.cli.batch.similar:similar_command",
    "points": "grader.cli.batch.books:points_command",
    "override": "grader.cli.batch.books:override_command",
    "new": "grader.cli.new_lab:new_command",
    "verify": "grader.cli.rubrics:verify_command",
    "labs": "grader.cli.rubrics:labs_command",
    "services": "grader.cli.machine:services_command",
    "doctor": "grader.cli.machine:doctor_command",
    "demo": "grader.cli.demo:demo_command",
    "template": "grader.cli.template:template_command",
    "export-gradescope": "grader.cli.autograders:export_gradescope_command",
}
"""Each command, and where it is; its module is imported when it is called, since many take long to import."""


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dblab-grader")
def cli() -> None:
    """Grade database labs on real servers."""


def main() -> NoReturn:
    """Runs the command line and exits with one of `Exit`."""
    # What is imported and collected stays; looking through it for garbage takes longer than a check.
    gc.set_threshold(20_000)
    # A shell starts what it puts into the background with SIGINT ignored, and Python leaves that so.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command and gives its exit code; each error becomes a message, and none looks like a grade."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # Where nobody reads any more, click and rich exit with 1, which here means "below".
        _print_no_more()
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place where an error can still be told
        _tell_unforeseen(error)
        _print_no_more()
        return Exit.INCOMPLETE
    return code


def _run(arguments: list[str]) -> int:
    """Runs one command; every error of ours becomes a message."""
    try:
        return int(cli.main(arguments, prog_name="grader", standalone_mode=False) or Exit.GRADED)
    except click.ClickException as error:
        if "--json" in arguments:
            _show(error, as_json=True)
        else:
            error.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; the servers are stopped.", err=True)
        return Exit.INTERRUPTED
    except (GraderError, SubmissionError) as error:
        _show(error, as_json="--json" in arguments)
        return exit_of(error)


def _show(error: Exception, *, as_json: bool) -> None:
    if as_json:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(json.dumps({"error": type(error).__name__, "message": message}, ensure_ascii=False))
    else:
        click.echo(f"grader: {error}", err=True)


def _tell_unforeseen(error: Exception) -> None:
    if isinstance(error, OSError) and error.filename is None:
        click.echo(f"grader: Output cannot be written: {error.strerror}. Print to another place.", err=True)
        return
    traceback.print_exception(error)
    click.echo(
        "grader: This is a fault of the grader's, and no grade. Please report it with what stands above.",
        err=True,
    )


def _print_no_more() -> None:
    """Sends what is still to be printed nowhere, so that Python has nothing to complain of at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt

"""What this machine has to run servers on."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from grader.config import Settings
from grader.errors import ServiceError
from grader.services.backends.local import find_program
from grader.services.choose import PROGRAMS, engine_answers

_LIMIT_S = 10.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    Attributes:
        says: What was found, or what to do.
    """

    what: str
    is_ok: bool
    says: str


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Looks for a Docker engine and for each server's program."""
    answers = engine_answers()
    yield Finding(
        "docker", answers, "an engine answers" if answers else "no engine answers; servers run locally"
    )
    for service, program in PROGRAMS.items():
        try:
            path = find_program(service, program, settings.of[service].program)
            says = f"{_version(path)} at {path}; image {settings.of[service].image}"
        except ServiceError as error:
            yield Finding(service, is_ok=False, says=str(error))
        else:
            yield Finding(service, is_ok=True, says=says)


def _version(program: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the program that the settings name, or the one on PATH
            [program, "--version"], capture_output=True, text=True, timeout=_LIMIT_S, check=True
        )
    except subprocess.CalledProcessError as error:
        raise ServiceError(f"{program} does not run: {error.stderr.strip() or error}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServiceError(f"{program} does not run: {error}") from error
    return done.stdout.strip().partition("\n")[0]

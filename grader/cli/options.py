"""The options that several commands share."""

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from grader.config import CHOICES, Settings, read_settings
from grader.course import Course, builtin_root, find_course

Command = Callable[..., Any]


@dataclass(frozen=True)
class Shared:
    """What the shared options came to.

    Attributes:
        as_json: The command prints one JSON document instead of text.
    """

    flags: dict[str, str | None]
    as_json: bool

    def course(self, start: Path, *, apart_from: Path | None = None) -> Course:
        """The course that was asked for, or the one found from `start` on; see `find_course`."""
        return find_course(self._asked_for, start, apart_from=apart_from)

    def course_to_grade(self, submission: Path) -> Course:
        """The course that was asked for, or the one found from the working directory on.

        A rubric is code that the grader trusts. Hence a course that is found is none that was handed in, and
        one that only lies around the submission is named.
        """
        course = self.course(Path(), apart_from=submission)
        is_found = self._asked_for is None and course.root != builtin_root()
        if is_found and submission.resolve().is_relative_to(course.root):
            click.echo(
                f"The submission lies in {course.root}, whose rubrics are used. If that is not your course, "
                "say which is with --course.",
                err=True,
            )
        return course

    @property
    def _asked_for(self) -> Path | None:
        return read_settings(self.flags, os.environ).course

    def settings(self, course: Course) -> Settings:
        """All settings, with those of the course behind flags and environment."""
        return read_settings(self.flags, os.environ, course.root / "course.toml")

    def again(self, command: str, path: Path, lab: str | None, seed: int) -> str:
        """The command line that gives the same result again."""
        flags = {"lab": lab, **self.flags, "seed": str(seed)}
        given = (word for name, value in flags.items() if value is not None for word in (f"--{name}", value))
        return shlex.join(["grader", command, str(path), *given])


def shared_options(command: Command) -> Command:
    """Adds the shared options to a command, which receives them as its first argument."""

    @click.option("--course", metavar="DIR", help="The course: a directory with labs/ and rubrics/.")
    @click.option("--services", type=click.Choice(CHOICES["services"]), help="Where database servers run.")
    @click.option("--isolation", type=click.Choice(CHOICES["isolation"]), help="The sandbox level.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
    @wraps(command)
    def with_shared(
        *arguments: object,
        course: str | None,
        services: str | None,
        isolation: str | None,
        as_json: bool,
        **options: object,
    ) -> object:
        flags = {"course": course, "services": services, "isolation": isolation}
        return command(Shared(flags, as_json), *arguments, **options)

    return with_shared

"""Settings: read once, frozen; the only reader of the environment and of `course.toml`.

A flag wins over the environment, the environment over `course.toml`, and that over the default.
`SETTINGS` is the one table of them; the reference page in the docs is made from it.
"""

import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import UsageError


@dataclass(frozen=True)
class Setting:
    """One setting: where it is read from, what it is when nobody says anything, and what it means.

    Attributes:
        name: The flag's name and the key in `course.toml`'s `[grader]` table.
        variable: The environment variable.
    """

    name: str
    variable: str
    default: str
    meaning: str


@dataclass(frozen=True)
class ServerKind:
    """One kind of database server that the grader starts.

    Attributes:
        name: As in `lab.toml` and in the names of its settings.
        title: As people write it.
        image: The image of the docker backend, with its version.
        program: The program of the local backend.
    """

    name: str
    title: str
    image: str
    program: str

    def settings(self) -> tuple[Setting, ...]:
        """The settings that every kind of server has."""
        rows = (
            ("image", self.image, f"the image of the docker backend for {self.title}"),
            ("program", "", f"the {self.program} program of the local backend"),
            ("url", "", f"the {self.title} server of the external backend"),
            ("restart", "", "a command that restarts that server cleanly"),
            ("crash", "", "a command that kills that server and starts it again"),
        )
        return tuple(
            Setting(f"{self.name}_{key}", f"GRADER_{self.name}_{key}".upper(), default, meaning)
            for key, default, meaning in rows
        )


SERVERS = (
    ServerKind("redis", "Redis", "redis:8.2.3", "redis-server"),
    ServerKind("postgres", "PostgreSQL", "postgres:18.6", "postgres"),
    ServerKind("mongodb", "MongoDB", "mongo:8.0.13", "mongod"),
)
"""Every kind of server, one line each."""

SETTINGS = (
    Setting("course", "GRADER_COURSE", "", "the course: a directory with labs/ and rubrics/"),
    Setting("services", "GRADER_SERVICES", "auto", "where servers run: auto, docker, local or external"),
    Setting(
        "isolation", "GRADER_ISOLATION", "auto", "the sandbox level: auto, isolated, confined or process"
    ),
    Setting(
        "without", "GRADER_WITHOUT", "", "walls of the sandbox to do without, to try a machine that has none"
    ),
    Setting("launcher", "GRADER_LAUNCHER", "auto", "how student processes start: auto, fork or spawn"),
    Setting("state_dir", "GRADER_STATE_DIR", "", "where running servers keep their files"),
    Setting("handout", "GRADER_HANDOUT", "", "the URL of a lab's handout, with {lab} for the lab's id"),
    *(setting for server in SERVERS for setting in server.settings()),
)


@dataclass(frozen=True)
class ServiceSettings:
    """What a user says about one kind of server; empty where nothing is said."""

    image: str = ""
    program: str = ""
    url: str = ""
    restart: str = ""
    crash: str = ""


@dataclass(frozen=True)
class Settings:
    """All settings of one run.

    Attributes:
        course: The course that was asked for; None to look for one.
        without: Mechanisms of isolation that are done without.
        of: What is said about each service, by its name.
    """

    course: Path | None = None
    services: str = "auto"
    isolation: str = "auto"
    without: tuple[str, ...] = ()
    launcher: str = "auto"
    state_dir: Path = field(default_factory=lambda: default_state_dir({}))
    handout: str = ""
    of: Mapping[str, ServiceSettings] = field(default_factory=lambda: _services_of(_defaults()))


COURSE_TABLES = ("grader", "late", "due", "extensions")
"""What a `course.toml` can have at its top level."""

CHOICES = {
    "services": ("auto", "docker", "local", "external"),
    "isolation": ("auto", "isolated", "confined", "process"),
    "launcher": ("auto", "fork", "spawn"),
}


def default_state_dir(environ: Mapping[str, str]) -> Path:
    """Where servers keep their files, for each user another place.

    It is short, since the path of a Unix socket is limited to 107 bytes.
    """
    return Path(environ.get("TMPDIR") or tempfile.gettempdir()) / f"dblab-grader-{os.getuid()}"


def read_settings(
    flags: Mapping[str, str | None], environ: Mapping[str, str], course_file: Path | None = None
) -> Settings:
    """Reads every setting from its highest source.

    Args:
        flags: By the setting's name; None where the flag was not given.
        course_file: A `course.toml`; None if there is none.

    Raises:
        UsageError: A value that the setting does not know, or a file that is no TOML.
    """
    in_file = _grader_table(course_file)
    values = {
        setting.name: flags.get(setting.name)
        or environ.get(setting.variable)
        or in_file.get(setting.name)
        or setting.default
        for setting in SETTINGS
    }
    for name, allowed in CHOICES.items():
        if values[name] not in allowed:
            raise UsageError(f"{name} is {values[name]!r}, which is not one of {', '.join(allowed)}.")
    return Settings(
        course=Path(values["course"]) if values["course"] else None,
        services=values["services"],
        isolation=values["isolation"],
        without=tuple(filter(None, values["without"].split(","))),
        launcher=values["launcher"],
        state_dir=Path(values["state_dir"]) if values["state_dir"] else default_state_dir(environ),
        handout=values["handout"],
        of=_services_of(values),
    )


def _services_of(values: Mapping[str, str]) -> Mapping[str, ServiceSettings]:
    keys = ("image", "program", "url", "restart", "crash")
    return {
        server.name: ServiceSettings(**{key: values[f"{server.name}_{key}"] for key in keys})
        for server in SERVERS
    }


def _defaults() -> dict[str, str]:
    return {setting.name: setting.default for setting in SETTINGS}


def course_tables(course_file: Path | None) -> Mapping[str, Any]:
    """All that a `course.toml` says, by table; empty if there is none.

    Raises:
        UsageError: The file is no TOML, or has something that is none of `COURSE_TABLES`.
    """
    if course_file is None or not course_file.is_file():
        return {}
    try:
        tables = tomllib.loads(course_file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{course_file} is no TOML: {error}. Mend the file or remove it.") from error
    for name in tables:
        if name not in COURSE_TABLES:
            known = ", ".join(f"[{known}]" for known in COURSE_TABLES)
            raise UsageError(f"{course_file}: {name} is none of the tables {known}.")
    return tables


def _grader_table(course_file: Path | None) -> dict[str, str]:
    table: Any = course_tables(course_file).get("grader", {})
    if not isinstance(table, dict):
        raise UsageError(f"{course_file}: grader must be a table, written as [grader].")
    known = {setting.name for setting in SETTINGS}
    for name, value in table.items():
        if name not in known or not isinstance(value, str):
            raise UsageError(
                f"{course_file}: [grader] {name} is not a setting with a text value. "
                f"The settings are {', '.join(sorted(known))}."
            )
    return dict(table)

"""SQLite: a service without a server, whose database is a file in a folder of its own."""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import ServiceError
from grader.sandbox.inside.codec import ServiceArgument
from grader.services.base import Beside
from grader.services.relational import Relational, Row
from grader.services.run import FILES, Run
from grader.services.sqlite.opening import LOOK_LIMIT_S, open_reading
from grader.services.sqlite.writing import write
from grader.submission.workspace import empty_tree, remove_tree

if TYPE_CHECKING:
    from sqlalchemy import Inspector

MOST_ROWS = 100_000
MOST_BYTES = 64 * 1024**2

_TABLES = r"""
SELECT name FROM public.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY name
"""


class Sqlite(Relational):
    """A database file, which the student's processes may write to and the grader looks into.

    There is no server that could crash: what can is the student's process, which the rubric kills. So
    `restart` and `crash` are no more than another `identity`.
    """

    name = "sqlite"

    def __init__(self, run: Run) -> None:
        self.folder = run.folder / FILES / f"sqlite-{secrets.token_hex(8)}"
        self._own_folder = run.folder
        self._beside: Beside | None = None
        self._starts = 0
        self._number: int | None = None

    @property
    def path(self) -> Path:
        """The database file; at first it is not there."""
        return self.folder / "student.db"

    @property
    def url(self) -> str:
        """The database file, as SQLAlchemy writes it."""
        return f"sqlite:///{self.path}"

    @property
    def version(self) -> str:
        """The version of the library that Python has."""
        return sqlite3.sqlite_version

    @property
    def client(self) -> Any:  # noqa: ANN401 - there is none
        """None could stay open safely: `rows` opens one for each look.

        Raises:
            ServiceError: Always.
        """
        raise ServiceError("sqlite: there is no client that stays open. Use rows, execute or inspector.")

    def stand_beside(self, beside: Beside) -> None:
        """Learns of the way to write: only where student code runs the file may be opened by its name."""
        self._beside = beside

    def start(self) -> None:
        """Makes the folder; where student code is another user, the sandbox gives it to that one."""
        self.folder.mkdir(mode=0o700, parents=True)
        self._number = self.folder.stat().st_ino
        self._starts += 1

    def reset(self) -> None:
        """Deletes the database with its journals, and whatever else stands beside it, and proves it.

        Raises:
            ServiceError: It is not clean afterwards.
        """
        if not self.is_intact():
            raise ServiceError("sqlite: the folder of the database is not the one that was made.")
        empty_tree(self.folder)
        left = sorted(found.name for found in self.folder.iterdir())
        if left:
            raise ServiceError(f"sqlite: the folder is not empty after a reset; there is left: {left[:10]}.")

    def restart(self) -> None:
        """Nothing but another identity."""
        self._starts += 1

    crash = restart

    def identity(self) -> str:
        """The folder, and how often it was started or restarted."""
        return f"{self._number}@{self._starts}"

    def is_intact(self) -> bool:
        """Whether the folder is the one that was made here."""
        try:
            found = self.folder.lstat()
        except OSError:
            return False
        return found.st_ino == self._number and self.folder.is_dir()

    def stop(self) -> None:
        """Deletes the folder; harmless the second time."""
        remove_tree(self.folder)
        self._number = None

    def argument(self, client: str) -> ServiceArgument:
        """What crosses into the sandbox and becomes a live client of the named kind there."""
        driver = client.partition("#")[0] == "sqlite3.Connection"
        return ServiceArgument(self.name, str(self.path) if driver else self.url, client)

    def rows(self, question: str, *parameters: object) -> list[Row]:
        """Looks into the student's database, without being able to change it; gives the rows.

        Raises:
            sqlite3.Error: The question is wrong, or what it asks for is not there or does not answer.
        """
        with open_reading(self.path, self._own_folder) as connection:
            return _taken(connection.execute(question, _named(parameters)))

    def execute(self, statement: str, *parameters: object) -> int:
        """Does something as the student would, and commits it; gives how many rows it concerned.

        Raises:
            sqlite3.Error: The database refuses, or does not answer.
        """
        return self._write(statement, [_named(parameters)], is_together=False)

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Does the same for each of many rows of values, in one transaction; raises as `execute` does."""
        self._write(statement, [_named(row) for row in rows], is_together=True)

    def _write(self, statement: str, rows: list[dict[str, object]], *, is_together: bool) -> int:
        if self._beside is None:
            raise ServiceError("sqlite: nothing can be written before there is a sandbox to do it in.")
        url = self.argument("url")
        return write(self._beside, url, statement, rows, is_together=is_together, limit_s=LOOK_LIMIT_S)

    def tables(self) -> list[str]:
        """The names of the student's tables, sorted."""
        return [str(name) for (name,) in self.rows(_TABLES)]

    @contextmanager
    def inspector(self) -> "Iterator[Inspector]":
        """SQLAlchemy's inspector over the student's database; ask it with `schema="public"`."""
        # Costs a quarter of a second to import.
        from sqlalchemy import create_engine, inspect  # noqa: PLC0415
        from sqlalchemy.pool import StaticPool  # noqa: PLC0415

        with open_reading(self.path, self._own_folder) as connection:
            engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
            yield inspect(engine)

    def end_sessions(self) -> None:
        """Nothing: a session is a process of the student's, which the rubric ends by `submission.kill()`."""


def _taken(rows: Iterable[Row]) -> list[Row]:
    """The rows of an answer that is not too large."""
    taken: list[Row] = []
    size_bytes = 0
    for row in rows:
        taken.append(row)
        size_bytes += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(taken) > MOST_ROWS:
            raise sqlite3.DataError(f"The answer has more than {MOST_ROWS:,} rows.")
        if size_bytes > MOST_BYTES:
            raise sqlite3.DataError(f"The answer has more than {MOST_BYTES // 1024**2} MiB.")
    return taken


def _named(parameters: Sequence[object]) -> dict[str, object]:
    """For `$1`, which SQLite takes for a name."""
    return {str(number): value for number, value in enumerate(parameters, start=1)}

"""Opens a database file that a student's code has made, as warily as can be.

The file can be a trap: a link to another, a pipe that never ends, a journal that names somebody else's file
to be deleted, a view that runs for ever.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from grader.services.relational import SCHEMA

LOOK_LIMIT_S = 5.0

_LOCK_LIMIT_S = 1.0
_STEPS = 10_000
_MOST_BYTES = 64 * 1024**2
# At the end of a journal that names one more file, which takes part in the same transaction.
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")
_PARTS = ("", "-journal", "-wal", "-shm")


class UnusableFileError(sqlite3.OperationalError):
    """What stands in the database's place is no file that could be opened safely."""


@contextmanager
def open_reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Opens the database for reading; its tables stand in the schema `public`.

    One that is not there is an empty one.

    Raises:
        sqlite3.Error: It is no database, or one that cannot be read within a second.
    """
    _require_safe(path)
    journal = path.with_name(f"{path.name}-journal")
    # What a killed process has left half-done must be rolled back first, which only a writer can.
    mode = "rw" if journal.exists() and journal.stat().st_size else "ro"
    with _opened(":memory:") as connection:
        name = f"file:{quote(str(path))}?mode={mode}" if path.exists() else ":memory:"
        connection.execute(f"ATTACH ? AS {SCHEMA}", (name,))
        _bound(connection)
        connection.execute("PRAGMA query_only = ON")
        connection.set_authorizer(_may)
        yield connection


@contextmanager
def open_writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Opens the database as a student's program would, and makes it if it is not there.

    Raises:
        sqlite3.Error: It cannot be written to within a second.
    """
    _require_safe(path)
    with suppress(FileExistsError):
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        if os.geteuid() == 0:
            # Student code can be another user, whose the folder is; journals get the database's rights.
            os.fchmod(file, 0o666)
        os.close(file)
    with _opened(f"file:{quote(str(path))}?mode=rw") as connection:
        _bound(connection)
        yield connection


@contextmanager
def _opened(name: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(name, timeout=_LOCK_LIMIT_S, isolation_level=None, uri=True)
    try:
        yield connection
    finally:
        connection.set_authorizer(None)
        connection.close()


def _bound(connection: sqlite3.Connection) -> None:
    """Lets nothing that stands in the file run for long, take much memory, or reach beyond the file."""
    deadline = time.monotonic() + LOOK_LIMIT_S
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
    connection.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 100)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")


_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)
# Questions about the schema, as SQLAlchemy's inspector asks them; each is harmless without a value.
_PRAGMAS = frozenset(
    {
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_keys",
        "database_list",
        "read_uncommitted",
        "journal_mode",
        "integrity_check",
        "user_version",
    }
)
_WITH_A_NAME = frozenset(name for name in _PRAGMAS if name.startswith(("table_", "index_", "foreign_key_")))


def _may(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS and (second is None or first in _WITH_A_NAME):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _require_safe(path: Path) -> None:
    for suffix in _PARTS:
        part = path.with_name(path.name + suffix)
        try:
            found = part.lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise UnusableFileError(f"{part.name} is no ordinary file.")
        if suffix == "-journal" and _last_bytes(part) == _NAMES_ANOTHER:
            raise UnusableFileError(f"{part.name} belongs to a transaction over several files.")


def _last_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(_NAMES_ANOTHER)))
        return file.read(len(_NAMES_ANOTHER))

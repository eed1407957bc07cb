"""Looks into a database file that a student's code has made, as warily as can be.

What stands in the file can be a trap: a journal that names somebody else's file to be deleted, a view that
runs for ever. And whoever made it may still run, and exchange it at any moment: so a copy is opened.
"""

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from grader.services.relational import SCHEMA
from grader.services.sqlite.copying import UnusableFileError, copy_database

LOOK_LIMIT_S = 5.0

_STEPS = 1_000
_MOST_BYTES = 64 * 1024**2
# Of all that the library holds in this process; it cannot be raised again.
_HEAP_BYTES = 256 * 1024**2
# At the end of a journal that names one more file, which takes part in the same transaction.
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")


@contextmanager
def open_reading(path: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """Opens a copy of the database for reading; its tables stand in the schema `public`.

    One that is not there is an empty one.

    Args:
        folder: Nobody but the grader reaches it; the copy lies there meanwhile.

    Raises:
        sqlite3.Error: It is no database, or one that cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="look-", dir=folder) as own:
        copied = copy_database(path, Path(own))
        if copied is not None:
            _require_harmless(copied)
        with _opened() as connection:
            # What a killed process has left half-done is rolled back first, which only a writer can.
            _attach(connection, copied)
            connection.execute(f"PRAGMA {SCHEMA}.synchronous = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.set_authorizer(_may)
            yield connection


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    """A connection whose limits hold before a database is attached, which can take long by itself."""
    connection = sqlite3.connect(":memory:", isolation_level=None, uri=True)
    # A single step can be a long one, which the progress handler does not end.
    timer = threading.Timer(LOOK_LIMIT_S, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        _bound(connection)
        yield connection
    except MemoryError as error:
        raise sqlite3.OperationalError("What was asked for takes too much memory.") from error
    finally:
        timer.cancel()
        timer.join()
        connection.set_authorizer(None)
        connection.close()


def _attach(connection: sqlite3.Connection, copied: Path | None) -> None:
    name = ":memory:" if copied is None else f"file:{quote(str(copied))}?mode=rw"
    try:
        connection.execute(f"ATTACH ? AS {SCHEMA}", (name,))
    except sqlite3.OperationalError as error:  # whose text has the name of the copy
        raise UnusableFileError(f"The database cannot be opened within {LOOK_LIMIT_S:g} s.") from error


def _bound(connection: sqlite3.Connection) -> None:
    """Lets nothing that stands in the file run for long, take much memory, or reach beyond the file."""
    deadline = time.monotonic() + LOOK_LIMIT_S
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
    connection.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 100)
    connection.execute(f"PRAGMA hard_heap_limit = {_HEAP_BYTES}")
    connection.execute("PRAGMA temp_store = MEMORY")
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


def _require_harmless(copied: Path) -> None:
    journal = copied.with_name(f"{copied.name}-journal")
    if journal.exists() and _last_bytes(journal) == _NAMES_ANOTHER:
        raise UnusableFileError(f"{journal.name} belongs to a transaction over several files.")


def _last_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(_NAMES_ANOTHER)))
        return file.read(len(_NAMES_ANOTHER))

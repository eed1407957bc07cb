"""Writes to a student's database file where student code runs, and with no more rights than that has.

The student's processes may still run, and exchange the file for one of the grader's own at any moment.
"""

import sqlite3
from collections.abc import Sequence
from types import MappingProxyType

from grader.errors import CallError
from grader.sandbox.inside.codec import ServiceArgument
from grader.services.base import Beside

_ERRORS = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            sqlite3.DatabaseError,
            sqlite3.DataError,
            sqlite3.IntegrityError,
            sqlite3.InterfaceError,
            sqlite3.InternalError,
            sqlite3.NotSupportedError,
            sqlite3.OperationalError,
            sqlite3.ProgrammingError,
        )
    }
)

_WRITER = """
import sqlite3
import time
from contextlib import closing


def write(url, statement, rows, is_together, seconds):
    deadline = time.monotonic() + seconds
    path = url.removeprefix("sqlite:///")
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            if not is_together:
                return connection.execute(statement, *rows).rowcount
            connection.execute("BEGIN IMMEDIATE")
            count = connection.executemany(statement, rows).rowcount
            connection.execute("COMMIT")
            return count
    except sqlite3.Error as error:
        return [type(error).__name__, str(error)]
"""


def write(
    beside: Beside,
    url: ServiceArgument,
    statement: str,
    rows: Sequence[dict[str, object]],
    *,
    is_together: bool,
    limit_s: float,
) -> int:
    """Does one statement with one row of values, or with each of several in one transaction.

    Args:
        rows: By the name that stands for each value in the statement.

    Returns:
        How many rows it concerned.

    Raises:
        sqlite3.Error: The database refuses, or does not answer within a second.
    """
    try:
        answer = beside(_WRITER, "write", url, statement, list(rows), is_together, limit_s)
    except CallError as error:
        raise sqlite3.OperationalError(f"The database could not be written to: {error}") from error
    match answer:
        case int(count):
            return count
        case [str(kind), str(message)] if kind in _ERRORS:
            raise _ERRORS[kind](message)
    raise sqlite3.OperationalError("The database was written to, and nobody can say how that ended.")


__all__ = ["write"]

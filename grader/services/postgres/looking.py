"""Looks into the student's database, as a role without rights and never for long.

What stands there can be a trap: a view that never ends, a function that changes the session's settings or
catches what would cancel it. So each look begins with a session as new, names nothing but the server's own
catalogs unless told, and is ended from outside if all else fails.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg

from grader.services.postgres.connect import Connection

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

LOOK_LIMIT_S = 5.0
MOST_ROWS = 100_000
MOST_BYTES = 64 * 1024**2

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname COLLATE "C"
"""
ROWS_READ = """
SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint FROM pg_stat_user_tables
WHERE $1::text IS NULL OR relname = $1
"""

_GRACE_S = 0.5
_WORD_BYTES = 8
_BEGIN = f"""
BEGIN READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL statement_timeout = {LOOK_LIMIT_S * 1000:.0f};
SET LOCAL lock_timeout = 1000
"""


class TooMuchError(psycopg.DataError):
    """A question whose answer is more than anybody wants to read."""


def look(connection: Connection, killer: Connection, question: str, parameters: Sequence[Any]) -> list[Any]:
    """Asks a question in a transaction that reads only; gives its rows.

    Args:
        connection: The reader's.
        killer: One that may end the reader's session, should it not end.

    Raises:
        psycopg.Error: The server refuses the question, or the student's objects do not answer in time.
    """
    with ended_after(LOOK_LIMIT_S + _GRACE_S, connection, killer):
        connection.execute(b"DISCARD ALL")
        connection.execute(_BEGIN.encode())
        try:
            return _rows(connection, question, parameters)
        finally:
            with suppress(psycopg.OperationalError):
                connection.execute(b"ROLLBACK")


@contextmanager
def ended_after(limit_s: float, connection: Connection, killer: Connection) -> Iterator[None]:
    """Ends a session from outside when its time is over: nothing in the session can catch that."""
    pid = connection.info.backend_pid

    def end() -> None:
        with suppress(psycopg.Error):
            killer.execute(b"SELECT pg_terminate_backend($1)", (pid,))

    timer = threading.Timer(limit_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _rows(connection: Connection, question: str, parameters: Sequence[Any]) -> list[Any]:
    rows: list[Any] = []
    size_bytes = 0
    with connection.cursor() as cursor:
        # One by one: the driver would hold a whole batch before anybody could count.
        for row in cursor.stream(question.encode(), parameters):
            rows.append(row)
            size_bytes += _size_of(cursor.pgresult)
            if len(rows) > MOST_ROWS or size_bytes > MOST_BYTES:
                raise TooMuchError(
                    f"The answer has more than {MOST_ROWS:,} rows or {MOST_BYTES // 1024**2} MiB."
                )
    return rows


def _size_of(result: "PGresult | None") -> int:
    """What a result of one row takes, as the server sent it and with a word for each value."""
    if result is None:
        return 0
    values = (result.get_value(0, column) for column in range(result.nfields))
    return sum(_WORD_BYTES + len(value or b"") for value in values)

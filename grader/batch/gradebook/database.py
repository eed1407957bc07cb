"""Opens the gradebook's database: one transaction, on a schema that is up to date."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from grader.errors import GraderError, UsageError

__all__ = ["VERSION_TABLE", "gradebook_url", "open_gradebook", "require_gradebook"]

VERSION_TABLE = "gradebook_version"
"""Not Alembic's own name, so that a gradebook can share a database with a program that uses Alembic too."""

_WAIT_S = 60
_LOCK = 0x6772616465  # any number, as long as all graders take the same


def gradebook_url(folder: Path) -> str:
    """The URL of the gradebook in a batch's folder."""
    return URL.create("sqlite", database=str(folder / "gradebook.sqlite")).render_as_string()


def require_gradebook(url: str) -> None:
    """Makes sure that a gradebook can be written to, and brings its schema up to date.

    Raises:
        UsageError: It cannot.
    """
    with open_gradebook(url):
        pass


@contextmanager
def open_gradebook(url: str) -> Iterator[Connection]:
    """Begins a transaction that alone writes to the gradebook, and is seen as a whole or not at all.

    Args:
        url: Of SQLite or PostgreSQL, as SQLAlchemy writes them.

    Raises:
        UsageError: There is no such database, or what is in it is no gradebook of this version.
        GraderError: The database failed on the way; it is as it was before.
    """
    parsed = _parsed(url)
    shown = parsed.render_as_string(hide_password=True)
    engine = _engine(parsed)
    try:
        with engine.begin() as connection:
            _take(connection)
            _migrate(connection, shown)
            yield connection
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        kind = GraderError if "full" in reason else UsageError
        raise kind(
            f"The gradebook {shown} cannot be written: {reason}. It is as it was before, and the journal has "
            "everything: mend the cause, or name another gradebook, and start the same command again."
        ) from error
    finally:
        engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except SQLAlchemyError as error:
        raise UsageError(
            "The gradebook's URL cannot be read. Write postgresql://user:password@host/database, "
            "or sqlite:///path/to/file."
        ) from error
    name = "postgresql" if parsed.drivername == "postgres" else parsed.drivername
    if name.partition("+")[0] == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if name != "sqlite" or not parsed.database or parsed.database.startswith((":", "file:")):
        raise UsageError(
            f"The gradebook {parsed.render_as_string()} is neither a file of SQLite nor a database of "
            "PostgreSQL. Write postgresql://user:password@host/database, or sqlite:///path/to/file."
        )
    return parsed


def _engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": _WAIT_S // 4})
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # grades are nobody else's
    except OSError as error:
        raise UsageError(
            f"The gradebook {path} cannot be opened: {error.strerror}. Name another file."
        ) from error
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _WAIT_S})
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin_to_write)
    return engine


def _leave_transactions_to_us(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's
    """Python's sqlite3 would begin none for a CREATE TABLE, and half a schema could stay."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_to_write(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _take(connection: Connection) -> None:
    """Waits until nobody else fills this gradebook; SQLite has done so when the transaction began."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT_S}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _migrate(connection: Connection, shown: str) -> None:
    config = Config()
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise UsageError(
            f"The gradebook {shown} is of a newer version of the grader: {error}. Use that version, or name "
            "another gradebook: all that is in it follows from the journal."
        ) from error

"""A PostgreSQL server that is leased to one submission at a time."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from grader.config import ServiceSettings
from grader.errors import GraderError, ServiceError
from grader.sandbox.inside.codec import ServiceArgument
from grader.services.base import Backend, BackendName
from grader.services.postgres import connect
from grader.services.postgres.accounts import DATABASE, given_accounts, own_accounts
from grader.services.postgres.connect import Connection
from grader.services.postgres.given import Given
from grader.services.postgres.launch import Launcher, server_spec
from grader.services.postgres.looking import LOOK_LIMIT_S, ROWS_READ, TABLES, ended_after, look
from grader.services.postgres.reset import Janitor
from grader.services.relational import Relational, Row

if TYPE_CHECKING:
    from sqlalchemy import Inspector


class Postgres(Relational):
    """A PostgreSQL server.

    Args:
        backend: Where it runs.
        settings: What the user says about PostgreSQL.

    Raises:
        ServiceError: The backend has no server to run.
    """

    name = "postgres"

    def __init__(self, backend: Backend, settings: ServiceSettings) -> None:
        is_given = backend.name is BackendName.EXTERNAL
        self._accounts = given_accounts(settings.url) if is_given else own_accounts()
        self._server = backend.server(server_spec(settings, self._accounts))
        self._launcher = Launcher(self._server, self._accounts)
        self._given = Given() if is_given else None
        self._janitor: Janitor | None = None
        self._reader: Connection | None = None
        self._identity = ""
        self._version = ""

    @property
    def host(self) -> str:
        """Where the student's account reaches the server."""
        return self._server.host

    @property
    def port(self) -> int:
        """Can change at a restart."""
        return self._server.port

    @property
    def url(self) -> str:
        """Where the student's account reaches its database, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{self._address}"

    @property
    def version(self) -> str:
        """The server's own version, as `18.6`; empty before the start."""
        return self._version

    @property
    def client(self) -> Connection:
        """A connection of the grader's that reads only, and finds no table but by its full name.

        Another after a restart or a reset. `rows` is safer: here a view that never ends is ended after
        seconds by the server alone.

        Raises:
            ServiceError: The server has not been started, or does not answer.
        """
        self._require_started()
        if self._reader is None or self._reader.broken or self._reader.closed:
            with self._blaming_the_server("does not answer"):
                self._reader = connect.connect_reader(self._server, self._accounts)
        return self._reader

    def start(self) -> None:
        """Starts the server and awaits an authenticated round trip.

        Raises:
            ServiceError: It does not start, or a given one may not be used.
        """
        try:
            self._launcher.launch()
            with self._blaming_the_server("cannot be prepared"):
                self._janitor = Janitor(self._server, self._accounts, self._given)
            self._settle()
        except BaseException:
            self._end_server()
            raise

    def reset(self) -> None:
        """Ends every session, empties the student's database, restores its account, and proves it.

        Raises:
            ServiceError: It is not clean afterwards.
        """
        janitor = self._require_started()
        self._drop_reader()
        with self._blaming_the_server("cannot be emptied"):
            left = janitor.clean()
        if left:
            shown = ", ".join(f"{kind} {what}" for kind, what in left[:10])
            raise ServiceError(f"postgres: the server is not clean after a reset; it differs in: {shown}.")

    def restart(self) -> None:
        """A clean stop, which ends every session, and a start.

        Raises:
            RestartImpossibleError: The server is a given one, and no command for it is.
            ServiceError: It does not stop or start.
        """
        self._drop_connections()
        self._server.terminate()
        self._start_again()

    def crash(self) -> None:
        """SIGKILL and a start on the data that had reached the disk.

        Raises:
            RestartImpossibleError: The server is a given one, and no command for it is.
            ServiceError: It does not start.
        """
        self._server.kill()
        self._drop_connections()
        self._start_again()

    def identity(self) -> str:
        """The run of the server that answers now; another after every start."""
        with self._blaming_the_server("does not answer"):
            return connect.identity_of(self._require_started().inside)

    def is_intact(self) -> bool:
        """Whether the server that answers is the one that was started here, and answers in time."""
        if not self._identity:
            return False
        try:
            with self._as_superuser() as probe:
                return connect.identity_of(probe) == self._identity
        except (psycopg.Error, GraderError, OSError):
            return False

    def stored_bytes(self) -> int:
        """What the student's database takes on the server's disk, temporary files and notifications included.

        Raises:
            ServiceError: The server does not answer.
        """
        with self._blaming_the_server("does not answer"), self._as_superuser() as connection:
            return connect.size_of(connection, DATABASE)

    def stop(self) -> None:
        """Ends the server and deletes its data; a given one is given back; harmless the second time."""
        if self._given is not None and self._janitor is not None:
            janitor, self._janitor = self._janitor, None
            self._drop_reader()
            try:
                with self._blaming_the_server("cannot be given back"):
                    janitor.end_sessions(None)
                    janitor.inside.close()
                    self._given.give_back()
            finally:
                janitor.close()
        self._end_server()

    def argument(self, client: str) -> ServiceArgument:
        """What crosses into the sandbox and becomes a live client of the named kind there."""
        driver = client.partition("#")[0] == "psycopg.Connection"
        return ServiceArgument(self.name, f"postgresql://{self._address}" if driver else self.url, client)

    def rows(self, question: str, *parameters: object) -> list[Row]:
        """Looks into the student's database, without being able to change it; gives the rows.

        Raises:
            psycopg.Error: The question is wrong, or what it asks for is not there or does not answer.
        """
        return look(self.client, self._require_started().inside, question, parameters)

    def execute(self, statement: str, *parameters: object) -> int:
        """Does something as the student would, and commits it; gives how many rows it concerned."""
        with self._as_student() as connection:
            return connection.execute(statement.encode(), parameters or None).rowcount

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Does the same for each of many rows of values, in one transaction."""
        with self._as_student() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(statement.encode(), rows)

    def tables(self) -> list[str]:
        """The names of the student's tables, sorted."""
        return [str(name) for (name,) in self.rows(TABLES)]

    @contextmanager
    def inspector(self) -> "Iterator[Inspector]":
        """SQLAlchemy's inspector over the student's database; ask it with `schema="public"`."""
        # Costs a quarter of a second to import.
        from sqlalchemy import create_engine, inspect  # noqa: PLC0415
        from sqlalchemy.pool import StaticPool  # noqa: PLC0415

        with connect.connect_reader(self._server, self._accounts) as connection:
            # SQLAlchemy writes parameters in the driver's own way.
            connection.cursor_factory = psycopg.Cursor
            connection.autocommit = False
            engine = create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)
            with ended_after(2 * LOOK_LIMIT_S, connection, self._require_started().inside):
                yield inspect(engine)

    def end_sessions(self) -> None:
        """Ends every session but the grader's own; what they have not committed is gone."""
        with self._blaming_the_server("cannot end sessions"):
            self._require_started().end_sessions(self._reader)

    def rows_read(self, table: str | None = None) -> int:
        """How many rows of the student's tables were read since the reset, by scans and by way of indexes.

        Ends the student's sessions, since a session tells its numbers when it ends.

        Args:
            table: One of them; None for all.
        """
        self.end_sessions()
        ((count,),) = self.rows(ROWS_READ, table)
        return int(count)

    @property
    def _address(self) -> str:
        return f"{self._accounts.student.in_url()}@{self.host}:{self.port}/{DATABASE}"

    @contextmanager
    def _as_student(self) -> Iterator[Connection]:
        killer = self._require_started().inside
        limit_ms = int(LOOK_LIMIT_S * 1000)
        with (
            connect.connect_student(self._server, self._accounts, limit_ms) as connection,
            ended_after(LOOK_LIMIT_S + 1, connection, killer),
        ):
            yield connection

    def _as_superuser(self) -> Connection:
        return connect.connect_superuser(self._server, self._accounts)

    def _require_started(self) -> Janitor:
        if self._janitor is None:
            raise ServiceError("postgres: the server has not been started, or has been stopped.")
        return self._janitor

    def _start_again(self) -> None:
        before = self._identity
        self._launcher.launch()
        with self._blaming_the_server("does not answer"):
            self._require_started().reconnect()
        self._settle()
        if self._identity == before:
            raise ServiceError(
                "postgres: the server was not restarted: the same one answers. "
                "Check the commands in the settings postgres_restart and postgres_crash."
            )

    def _settle(self) -> None:
        with self._blaming_the_server("does not answer"):
            inside = self._require_started().inside
            self._identity = connect.identity_of(inside)
            self._version = str(inside.info.parameter_status("server_version")).split()[0]

    def _drop_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _drop_connections(self) -> None:
        self._drop_reader()
        if self._janitor is not None:
            self._janitor.close()

    def _end_server(self) -> None:
        self._drop_connections()
        if self._given is not None:
            self._given.let_go()
        self._janitor, self._identity = None, ""
        self._server.remove()

    @contextmanager
    def _blaming_the_server(self, what: str) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise ServiceError(
                f"postgres: the server at {self.host}:{self.port} {what}: "
                f"{type(error).__name__}: {str(error).strip()}"
            ) from error

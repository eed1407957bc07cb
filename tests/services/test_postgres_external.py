"""A PostgreSQL server that somebody else runs."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from grader.config import ServiceSettings
from grader.errors import RestartImpossibleError, ServiceError
from grader.services.backends.external import ExternalBackend
from grader.services.backends.local import LocalBackend
from grader.services.postgres import Postgres, accounts
from grader.services.postgres.accounts import own_accounts
from grader.services.postgres.connect import Connection, connect_superuser
from grader.services.postgres.launch import Launcher, server_spec
from grader.services.run import Run

Take = Callable[..., Postgres]

# As the official image has it: whoever connects needs a password.
HBA = "local all all scram-sha-256\nhost all all all scram-sha-256\n"


class Elsewhere:
    """A server as anybody runs it, on which no grader has been."""

    def __init__(self, run: Run) -> None:
        self.accounts = own_accounts()
        self.server = LocalBackend(run, {}).server(server_spec(ServiceSettings(), self.accounts))
        self.launcher = Launcher(self.server, self.accounts)
        self.launcher.launch()

    @property
    def url(self) -> str:
        return f"postgresql://{self.accounts.grader.in_url()}@127.0.0.1:{self.server.port}"

    def connect(self) -> Connection:
        return connect_superuser(self.server, self.accounts, "postgres")

    def facts(self) -> list[tuple[object, ...]]:
        """What a grader could leave behind."""
        with self.connect() as connection:
            return connection.execute(
                b"SELECT rolname::text, '' FROM pg_roles UNION ALL "
                b"SELECT datname::text, has_database_privilege('public', oid, 'CONNECT')::text "
                b"FROM pg_database "
                b"ORDER BY 1"
            ).fetchall()


@pytest.fixture
def elsewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    monkeypatch.setattr(accounts, "_HBA", HBA)
    elsewhere = Elsewhere(run)
    yield elsewhere
    elsewhere.server.remove()


@pytest.fixture
def take(elsewhere: Elsewhere) -> Iterator[Take]:
    taken: list[Postgres] = []

    def start(**more: str) -> Postgres:
        settings = ServiceSettings(url=elsewhere.url, **more)
        postgres = Postgres(ExternalBackend({"postgres": settings}), settings)
        taken.append(postgres)
        postgres.start()
        return postgres

    yield start
    for postgres in taken:
        postgres.stop()


def test_student_works_and_the_server_is_given_back_as_it_was(take: Take, elsewhere: Elsewhere) -> None:
    before = elsewhere.facts()
    postgres = take()
    with psycopg.connect(postgres.argument("psycopg.Connection").url) as student:
        student.execute("CREATE TABLE people (name text)")
    assert postgres.tables() == ["people"]
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(postgres.argument("psycopg.Connection").url.removesuffix("/student") + "/postgres")
    postgres.reset()
    assert postgres.tables() == []
    assert elsewhere.facts() != before
    postgres.stop()
    postgres.stop()
    assert elsewhere.facts() == before


def test_sessions_of_others_are_left_alone(take: Take, elsewhere: Elsewhere) -> None:
    with closing(elsewhere.connect()) as somebody:
        postgres = take()
        postgres.reset()
        postgres.end_sessions()
        assert somebody.execute(b"SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    ("precious", "named"),
    [("CREATE DATABASE student", "the database student"), ("CREATE ROLE reader", "the role reader")],
)
def test_server_that_has_these_names_is_refused_and_left_alone(
    take: Take, elsewhere: Elsewhere, precious: str, named: str
) -> None:
    with elsewhere.connect() as connection:
        connection.execute(precious.encode())
    before = elsewhere.facts()
    with pytest.raises(ServiceError, match=f"there is already {named}"):
        take()
    assert elsewhere.facts() == before


def test_what_a_killed_grader_left_is_ours(take: Take, elsewhere: Elsewhere) -> None:
    killed = take()
    killed.execute("CREATE TABLE people (name text)")
    killed._drop_connections()  # noqa: SLF001 - as a kill does
    killed._janitor = None  # noqa: SLF001 - as above
    del elsewhere
    assert take().tables() == []


def test_server_of_another_grader_is_refused(take: Take) -> None:
    postgres = take()
    with pytest.raises(ServiceError, match="another grader is using this server"):
        take()
    assert postgres.is_intact()
    postgres.reset()


def test_prepared_transactions_are_rolled_back(
    run: Run, take: Take, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    del run
    spec = elsewhere.server._spec  # noqa: SLF001 - a local server's
    allowing = replace(
        spec, command=lambda place: (*spec.command(place), "-c", "max_prepared_transactions=5")
    )
    monkeypatch.setattr(elsewhere.server, "_spec", allowing)
    elsewhere.server.terminate()
    elsewhere.launcher.launch()
    postgres = take()
    with psycopg.connect(postgres.argument("psycopg.Connection").url, autocommit=True) as student:
        student.execute("CREATE TABLE people (name text)")
        student.execute("BEGIN; LOCK TABLE people; PREPARE TRANSACTION 'forever'")
    postgres.reset()
    assert postgres.tables() == []
    assert postgres.rows("SELECT 1 FROM pg_prepared_xacts") == []


@pytest.mark.parametrize(
    ("action", "setting"), [("restart", "GRADER_POSTGRES_RESTART"), ("crash", "GRADER_POSTGRES_CRASH")]
)
def test_restart_without_a_command_names_the_setting(take: Take, action: str, setting: str) -> None:
    postgres = take()
    with pytest.raises(RestartImpossibleError, match=setting):
        getattr(postgres, action)()
    postgres.reset()


def test_command_that_restarts_nothing_is_noticed(take: Take) -> None:
    with pytest.raises(ServiceError, match="was not restarted"):
        take(crash="true").crash()


def test_command_restarts_the_server(take: Take, elsewhere: Elsewhere, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    postgres = take(restart=shlex.join([sys.executable, "-c", f"open({str(flag)!r}, 'w')"]))
    postgres.execute("CREATE TABLE people (name text)")
    # The command itself is the test's: the server is one of this process.
    terminate = postgres._server.terminate  # noqa: SLF001 - to restart it where a command would

    def run_command() -> None:
        terminate()
        elsewhere.server.terminate()
        elsewhere.launcher.launch()

    object.__setattr__(postgres._server, "terminate", run_command)  # noqa: SLF001 - as above
    postgres.restart()
    assert flag.exists()
    assert postgres.tables() == ["people"]
    postgres.reset()


@pytest.mark.parametrize("url", ["", "http://localhost:5432", "postgresql://", "postgresql://host:port"])
def test_url_that_is_none_is_named(url: str) -> None:
    settings = ServiceSettings(url=url)
    with pytest.raises(ServiceError, match="GRADER_POSTGRES_URL"):
        Postgres(ExternalBackend({"postgres": settings}), settings)


def test_wrong_password_is_said_at_once(elsewhere: Elsewhere) -> None:
    settings = ServiceSettings(url=f"postgres://grader:wrong@127.0.0.1:{elsewhere.server.port}")
    postgres = Postgres(ExternalBackend({"postgres": settings}), settings)
    with pytest.raises(ServiceError, match=r"does not answer: .*password authentication failed"):
        postgres.start()


def test_account_that_is_no_superuser_is_refused(elsewhere: Elsewhere) -> None:
    with elsewhere.connect() as connection:
        connection.execute("CREATE ROLE weak LOGIN PASSWORD 'weak'")
    settings = ServiceSettings(url=f"postgres://weak:weak@127.0.0.1:{elsewhere.server.port}")
    postgres = Postgres(ExternalBackend({"postgres": settings}), settings)
    with pytest.raises(ServiceError, match="no superuser"):
        postgres.start()

"""A PostgreSQL server that is a process of this machine."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psutil
import psycopg
import pytest
from psycopg import errors

from grader.config import ServiceSettings
from grader.errors import ServiceError
from grader.services.backends.footing import SERVER_ID
from grader.services.backends.local import LocalBackend
from grader.services.postgres import Postgres
from grader.services.postgres.accounts import given_accounts
from grader.services.run import Run, open_run
from tests.services.conftest import StartPostgres

FORBIDDEN = [
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/loot'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "CREATE ROLE eve",
    "CREATE DATABASE loot",
    "CREATE SCHEMA loot",
    "CREATE EXTENSION dblink",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE student SET search_path = loot",
    "SET ROLE grader",
    "SET SESSION AUTHORIZATION reader",
    "SET log_min_messages = 'debug5'",
    "SET temp_file_limit = -1",
    "SELECT pg_terminate_backend({reader})",
    "BEGIN; PREPARE TRANSACTION 'forever'",
]


@pytest.fixture
def student(postgres: Postgres) -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url, autocommit=True)) as connection:
        yield connection


def server_process(postgres: Postgres) -> psutil.Process:
    """The postmaster."""
    ((pid,),) = postgres.client.execute(b"SELECT pg_backend_pid()").fetchall()
    parent = psutil.Process(pid).parent()
    assert parent is not None
    return parent


@pytest.mark.parametrize("password", ["", "student", "whatever"])
def test_code_as_in_any_tutorial_works(postgres: Postgres, password: str) -> None:
    with psycopg.connect(
        host="localhost", port=postgres.port, dbname="student", user="student", password=password
    ) as connection:
        connection.execute("CREATE TABLE people (id serial PRIMARY KEY, name text)")
        connection.execute("INSERT INTO people (name) VALUES (%s)", ("Ada",))
    assert postgres.rows("SELECT name FROM public.people") == [("Ada",)]
    assert postgres.tables() == ["people"]


def test_url_is_sqlalchemys_and_has_no_percent_sign(postgres: Postgres) -> None:
    assert postgres.url == f"postgresql+psycopg://student:student@127.0.0.1:{postgres.port}/student"


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_student_may_not_reach_beyond_its_schema(
    postgres: Postgres, student: psycopg.Connection, statement: str
) -> None:
    reader = postgres.client.info.backend_pid
    with pytest.raises((errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState)):
        student.execute(statement.replace("{reader}", str(reader)).encode())


@pytest.mark.parametrize(
    ("user", "database"),
    [
        ("student", "template1"),
        ("student", "template0"),
        ("student", "postgres"),
        ("grader", "student"),
        ("reader", "student"),
        ("postgres", "student"),
    ],
)
def test_no_other_role_or_database_can_be_reached(postgres: Postgres, user: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=postgres.port, user=user, password="student", dbname=database)  # noqa: S106 - everybody knows it


def test_socket_lets_nobody_in_without_a_password() -> None:
    # The path of a socket is short, and those of pytest's folders are not.
    with TemporaryDirectory() as short, open_run(Path(short, "s")) as run:
        postgres = Postgres(LocalBackend(run, {}), ServiceSettings())
        postgres.start()
        try:
            (folder,) = run.folder.glob("postgres-*")
            assert folder.stat().st_mode & 0o777 == 0o700
            assert postgres.client.info.host == str(folder)
            for user in ("grader", "reader"):
                with pytest.raises(psycopg.OperationalError, match="password"):
                    psycopg.connect(host=str(folder), port=postgres.port, user=user, dbname="student")
        finally:
            postgres.stop()


def test_server_is_honest_about_crashes_and_small(postgres: Postgres) -> None:
    shown: dict[str, str] = dict(postgres.rows("SELECT name, setting FROM pg_settings"))
    assert [shown[name] for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3
    assert shown["max_prepared_transactions"] == "0"
    assert shown["listen_addresses"] == "127.0.0.1"
    assert (shown["server_encoding"], int(shown["max_connections"])) == ("UTF8", 50)
    assert postgres.rows("SELECT datcollate FROM pg_database WHERE datname = 'student'") == [("C",)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a server another user")
def test_server_of_root_runs_as_another_user(postgres: Postgres) -> None:
    process = server_process(postgres)
    assert process.uids().real == process.uids().effective == SERVER_ID
    status = Path(f"/proc/{process.pid}/status").read_text()
    assert [line.split()[1:] for line in status.splitlines() if line.startswith("Groups:")] == [[]]


def test_environment_of_the_grader_stays_with_the_grader(
    start_postgres: StartPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_CANARY", "secret")
    assert "GRADER_CANARY" not in server_process(start_postgres()).environ()


def test_environment_has_no_say_in_where_the_grader_connects(
    start_postgres: StartPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGHOST": "elsewhere",
        "PGPORT": "1",
        "PGUSER": "nobody",
        "PGDATABASE": "nowhere",
        "PGOPTIONS": "-c search_path=loot",
        "PGSSLMODE": "require",
        "PGCLIENTENCODING": "latin1",
        "PGTARGETSESSIONATTRS": "read-only",
    }.items():
        monkeypatch.setenv(name, value)
    postgres = start_postgres()
    assert postgres.rows("SHOW search_path") == [("pg_catalog, pg_temp",)]


def test_clean_restart_ends_sessions_and_keeps_what_was_committed(
    postgres: Postgres, student: psycopg.Connection
) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    postgres.execute("INSERT INTO people VALUES ($1)", "Ada")
    before = postgres.identity()
    student.execute("SELECT 1")
    postgres.restart()
    assert postgres.rows("SELECT * FROM public.people") == [("Ada",)]
    assert postgres.identity() != before
    assert postgres.is_intact()
    with pytest.raises(psycopg.OperationalError):
        student.execute("SELECT 1")


def test_crash_keeps_what_was_committed_and_nothing_else(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    url = postgres.argument("psycopg.Connection").url
    with closing(psycopg.connect(url)) as committed, closing(psycopg.connect(url)) as open_session:
        committed.execute("INSERT INTO people SELECT 'kept' FROM generate_series(1, 1000)")
        committed.commit()
        open_session.execute("INSERT INTO people SELECT 'lost' FROM generate_series(1, 1000)")
        before = postgres.identity()
        postgres.crash()
    assert postgres.rows("SELECT name, count(*) FROM public.people GROUP BY name") == [("kept", 1000)]
    assert postgres.identity() != before
    assert postgres.is_intact()
    postgres.reset()
    assert postgres.tables() == []


def test_crash_kills_every_process_of_the_server(postgres: Postgres, student: psycopg.Connection) -> None:
    student.execute("SELECT 1")
    family = [server_process(postgres), *server_process(postgres).children(recursive=True)]
    assert len(family) > 3
    postgres.crash()
    assert [process for process in family if process.is_running() and process.status() != "zombie"] == []


def test_crashes_one_after_the_other_are_survived(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    for number in range(3):
        postgres.execute("INSERT INTO people VALUES ($1)", str(number))
        postgres.crash()
    assert len(postgres.rows("SELECT * FROM public.people")) == 3


def test_is_intact_only_as_the_same_run(start_postgres: StartPostgres) -> None:
    postgres = start_postgres()
    assert postgres.is_intact()
    process = server_process(postgres)
    process.suspend()
    started = time.monotonic()
    assert not postgres.is_intact()
    assert time.monotonic() - started < 6
    process.resume()
    assert postgres.is_intact()
    process.kill()
    assert not postgres.is_intact()
    postgres.crash()
    assert postgres.is_intact()


def test_another_server_on_the_port_is_not_taken_for_it(start_postgres: StartPostgres) -> None:
    one, other = start_postgres(), start_postgres()
    assert one.identity() != other.identity()
    assert one.port != other.port


def test_port_that_somebody_took_meanwhile_is_left_to_them(start_postgres: StartPostgres) -> None:
    postgres = start_postgres()
    postgres.execute("CREATE TABLE people (name text)")
    before = postgres.port
    process = server_process(postgres)
    process.send_signal(signal.SIGINT)
    while process.is_running() and process.status() != "zombie":
        time.sleep(0.01)
    with socket.create_server(("127.0.0.1", before)):
        postgres.crash()
        assert postgres.port != before
        assert postgres.tables() == ["people"]


def test_program_that_fails_says_so(run: Run) -> None:
    settings = ServiceSettings(program="/bin/false")
    postgres = Postgres(LocalBackend(run, {"postgres": settings}), settings)
    with pytest.raises(ServiceError, match=r"initdb.*(ended with 12[67]|cannot be started)"):
        postgres.start()
    assert not list(run.folder.glob("postgres-*"))


def test_server_that_does_not_start_says_why(
    start_postgres: StartPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.services.postgres.accounts._CONNECTIONS", -1)
    with pytest.raises(ServiceError, match=r"(?s)ended as soon as it was started.*max_connections"):
        start_postgres()


def test_nothing_is_left_of_a_stopped_server(start_postgres: StartPostgres, run: Run) -> None:
    postgres = start_postgres()
    family = [server_process(postgres), *server_process(postgres).children(recursive=True)]
    (lock,) = run.folder.glob("postgres-*/data/postmaster.pid")
    segment = lock.read_text().splitlines()[6].split()[1]
    known = Path("/proc/sysvipc/shm")
    assert not known.exists() or segment in known.read_text().split()
    postgres.stop()
    postgres.stop()
    assert [process for process in family if process.is_running() and process.status() != "zombie"] == []
    assert not known.exists() or segment not in known.read_text().split()
    assert not list(run.folder.glob("postgres-*"))
    with pytest.raises(ServiceError, match="not been started"):
        _ = postgres.client


def test_rows_read_are_counted_by_scans_and_by_indexes(
    postgres: Postgres, student: psycopg.Connection
) -> None:
    postgres.execute("CREATE TABLE people (id int PRIMARY KEY, name text)")
    postgres.execute_many("INSERT INTO people VALUES ($1, $2)", [(n, "x") for n in range(1000)])
    before = postgres.rows_read("people")
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url)) as scanning:
        scanning.execute("SELECT count(*) FROM people WHERE name = 'x'").fetchall()
        assert postgres.rows_read("people") - before == 1000
    with pytest.raises(psycopg.OperationalError):
        student.execute("SELECT 1")
    assert postgres.rows_read() == postgres.rows_read("people")


def test_password_with_signs_of_a_url_reaches_an_external_server() -> None:
    accounts = given_accounts(f"postgresql://me:{quote('p@ss:w%rd/', safe='')}@host:5432")
    assert accounts.grader.password == "p@ss:w%rd/"  # noqa: S105 - an example


def test_server_that_was_killed_in_part_is_another(start_postgres: StartPostgres) -> None:
    postgres = start_postgres()
    before = postgres.identity()
    with psycopg.connect(postgres.argument("psycopg.Connection").url) as student:
        os.kill(student.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            student.execute("SELECT 1")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert not postgres.is_intact()
        with suppress(psycopg.OperationalError):
            psycopg.connect(postgres.argument("psycopg.Connection").url).close()
            break
    assert not postgres.is_intact(), "it has recovered, and other sessions were ended for it"
    postgres.restart()
    assert postgres.is_intact()
    assert postgres.identity() != before


def test_temporary_files_and_notifications_count_as_stored(postgres: Postgres) -> None:
    before = postgres.stored_bytes()
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url)) as student:
        student.execute("DECLARE kept CURSOR FOR SELECT * FROM generate_series(1, 4000000)")
        student.execute("FETCH 1 FROM kept")
        assert postgres.stored_bytes() > before + 30_000_000
        student.rollback()
        with closing(psycopg.connect(postgres.argument("psycopg.Connection").url)) as listener:
            listener.execute("LISTEN x")
            listener.execute("COMMIT; BEGIN")
            student.execute(
                "SELECT count(pg_notify('x', repeat('x', 7900) || n)) FROM generate_series(1, 5000) AS n"
            )
            student.commit()
            assert postgres.stored_bytes() > before + 30_000_000
    postgres.reset()
    assert postgres.stored_bytes() < before + 1_000_000

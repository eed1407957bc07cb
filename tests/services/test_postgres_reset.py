"""A reset leaves nothing of the submission before, and proves it."""

import time
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

from grader.errors import ServiceError
from grader.services.postgres import Postgres, state

LEFTOVERS = {
    "table": "CREATE TABLE people (id serial PRIMARY KEY, name text)",
    "view": "CREATE VIEW v AS SELECT 1",
    "function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "type": "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "domain": "CREATE DOMAIN age AS int CHECK (value > 0)",
    "sequence": "CREATE SEQUENCE s",
    "operator": "CREATE FUNCTION e(varchar, varchar) RETURNS bool LANGUAGE sql AS 'SELECT true';"
    "CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = e)",
    "large object": "SELECT lo_create(0)",
    "trigger": "CREATE TABLE t (x int); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NULL; END'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()",
    "policy": "CREATE TABLE t (x int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t",
    "statistics": "CREATE TABLE t (x int, y int); CREATE STATISTICS s ON x, y FROM t",
    "text search": "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
    "collation": "CREATE COLLATION k (LOCALE = 'C')",
    "default rights": "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
    "no schema": "DROP SCHEMA public CASCADE",
    "schema for all": "GRANT ALL ON SCHEMA public TO PUBLIC",
    "comment": "COMMENT ON SCHEMA public IS 'mine'",
    "role setting": "ALTER ROLE student SET search_path = loot",
    "role setting here": "ALTER ROLE student IN DATABASE student SET statement_timeout = 1",
    "role setting elsewhere": "ALTER ROLE student IN DATABASE template1 SET statement_timeout = 1",
    "password": "ALTER ROLE student PASSWORD 'mine'",
}

# What `remains` sees before the reset; the others are undone by it without being looked for.
SEEN = LEFTOVERS.keys() - {"schema for all", "comment"}


@pytest.fixture
def proof(postgres: Postgres) -> Callable[[], list[tuple[str, str]]]:
    """Names what is left on the server."""
    janitor = postgres._require_started()  # noqa: SLF001 - the proof itself is to be tested

    def left() -> list[tuple[str, str]]:
        return state.remains(janitor.inside, janitor._proof, janitor._own(postgres._reader))  # noqa: SLF001 - as above

    return left


def schema(postgres: Postgres) -> list[tuple[object, ...]]:
    return postgres.rows(
        "SELECT nspname, nspowner::regrole::text, nspacl::text, obj_description(oid, 'pg_namespace') "
        "FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY nspname"
    )


@pytest.mark.parametrize("what", LEFTOVERS)
def test_leftovers_are_seen_and_removed(
    postgres: Postgres, proof: Callable[[], list[tuple[str, str]]], what: str
) -> None:
    before = schema(postgres)
    postgres.end_sessions()
    assert proof() == []
    with psycopg.connect(postgres.argument("psycopg.Connection").url, autocommit=True) as student:
        student.execute(LEFTOVERS[what].encode())
    postgres.end_sessions()
    if what in SEEN:
        assert proof() != [], "the proof should see what is left"
    postgres.reset()
    assert proof() == []
    assert schema(postgres) == before
    assert postgres.rows("SELECT 1 FROM pg_db_role_setting WHERE setrole = 'student'::regrole") == []
    postgres.execute("CREATE TABLE people (name text)")


@pytest.mark.parametrize(
    "keep",
    [
        "SELECT pg_advisory_lock(1)",
        "BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE",
        "BEGIN; INSERT INTO people VALUES ('uncommitted')",
        "LISTEN news",
        "CREATE TEMPORARY TABLE mine (x int)",
        "DECLARE c CURSOR WITH HOLD FOR SELECT generate_series(1, 100)",
        "SET search_path = loot",
    ],
)
def test_open_session_neither_blocks_nor_stays(postgres: Postgres, keep: str) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url, autocommit=True)) as student:
        student.execute(keep.encode())
        started = time.monotonic()
        postgres.reset()
        assert time.monotonic() - started < 1
        with pytest.raises(psycopg.OperationalError):
            student.execute("SELECT 1")
    assert postgres.tables() == []
    assert postgres.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'") == []


def test_running_statement_is_ended(postgres: Postgres) -> None:
    postgres.execute(
        "CREATE FUNCTION stubborn() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOOP BEGIN "
        "PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$"
    )
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url)) as student:
        student.pgconn.send_query(b"SELECT stubborn()")
        started = time.monotonic()
        postgres.reset()
        assert time.monotonic() - started < 1


def test_what_the_quick_way_cannot_remove_goes_with_the_database(
    postgres: Postgres, proof: Callable[[], list[tuple[str, str]]]
) -> None:
    inside = postgres._require_started().inside  # noqa: SLF001 - a superuser's object, which no student can make
    inside.execute("CREATE SCHEMA loot; CREATE TABLE loot.t (x int)")
    number = postgres.rows("SELECT oid FROM pg_database WHERE datname = 'student'")
    postgres.reset()
    assert proof() == []
    assert postgres.rows("SELECT oid FROM pg_database WHERE datname = 'student'") != number
    postgres.execute("CREATE TABLE people (name text)")
    postgres.crash()
    assert postgres.tables() == ["people"]


def test_what_cannot_be_cleaned_is_named(postgres: Postgres) -> None:
    inside = postgres._require_started().inside  # noqa: SLF001 - as above
    inside.execute("CREATE ROLE eve")
    try:
        with pytest.raises(ServiceError, match="not clean after a reset; it differs in: role eve"):
            postgres.reset()
    finally:
        postgres._require_started().inside.execute("DROP ROLE eve")  # noqa: SLF001 - as above


def test_membership_in_the_students_role_is_revoked(postgres: Postgres) -> None:
    inside = postgres._require_started().inside  # noqa: SLF001 - older servers let the student do it
    inside.execute("GRANT student TO reader")
    postgres.reset()
    assert not postgres.rows("SELECT 1 FROM pg_auth_members WHERE roleid = 'student'::regrole")


def test_statistics_begin_anew(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    postgres.execute("INSERT INTO people SELECT 'x' FROM generate_series(1, 100)")
    postgres.execute("SELECT count(*) FROM people")
    assert postgres.rows_read() == 100
    postgres.reset()
    assert postgres.rows_read() == 0


def test_reset_is_quick(postgres: Postgres) -> None:
    postgres.reset()
    started = time.monotonic()
    for _ in range(10):
        postgres.execute("CREATE TABLE people (id serial PRIMARY KEY, name text UNIQUE)")
        postgres.reset()
    assert time.monotonic() - started < 3


def test_reset_after_a_crash_that_nobody_asked_for_is_an_error_or_clean(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    postgres.crash()
    postgres.reset()
    postgres.crash()
    assert postgres.tables() == [], "an emptied database should not come back with a crash"

"""The grader looks at what a student has made, and nothing there harms, fools or holds it."""

import time
from contextlib import closing

import psycopg
import pytest
from psycopg import errors

from grader.services.postgres import Postgres

ENDLESS = "CREATE VIEW v AS SELECT pg_sleep(3600)::text"
STUBBORN = """
CREATE FUNCTION stubborn() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    LOOP BEGIN PERFORM pg_sleep(3600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
END $$;
CREATE VIEW v AS SELECT stubborn()
"""
UNTIMED = """
CREATE FUNCTION untimed() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('statement_timeout', '0', false);
    PERFORM set_config('lock_timeout', '0', false);
    PERFORM set_config('search_path', 'public', false);
    RETURN 1;
END $$;
CREATE VIEW quick AS SELECT untimed();
CREATE VIEW v AS SELECT pg_sleep(3600)::text
"""


def make(postgres: Postgres, text: str) -> None:
    with psycopg.connect(postgres.argument("psycopg.Connection").url, autocommit=True) as student:
        student.execute(text.encode())


def test_values_come_as_they_are(postgres: Postgres) -> None:
    assert postgres.rows("SELECT $1::text || '%', $2::int, '?'", "a%s", 3) == [("a%s%", 3, "?")]


def test_reader_changes_nothing(postgres: Postgres) -> None:
    make(postgres, "CREATE TABLE people (name text); GRANT ALL ON people TO PUBLIC")
    for statement in ("INSERT INTO public.people VALUES ('x')", "CREATE TEMPORARY TABLE t (x int)"):
        with pytest.raises((errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)):
            postgres.rows(statement)
        with pytest.raises((errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)):
            postgres.client.execute(statement.encode())
    assert postgres.rows("SELECT * FROM public.people") == []


def test_functions_and_operators_of_the_students_do_not_take_the_place_of_the_servers(
    postgres: Postgres,
) -> None:
    make(
        postgres,
        "CREATE FUNCTION lower(varchar) RETURNS varchar LANGUAGE sql AS $$ SELECT 'forged'::varchar $$;"
        "CREATE FUNCTION same(varchar, varchar) RETURNS bool LANGUAGE sql AS $$ SELECT true $$;"
        "CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = same);"
        "CREATE TABLE people (name varchar); INSERT INTO people VALUES ('ADA')",
    )
    assert postgres.rows("SELECT lower(name) FROM public.people") == [("ada",)]
    assert postgres.rows("SELECT 1 FROM public.people WHERE name = 'Bob'::varchar") == []


@pytest.mark.parametrize(
    "theft",
    [
        "PERFORM pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "RESET ROLE; ALTER ROLE student SUPERUSER",
        "SET SESSION AUTHORIZATION grader",
        "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'grader'",
        "DELETE FROM public.people",
    ],
)
def test_trojan_view_has_no_rights(postgres: Postgres, theft: str) -> None:
    make(
        postgres,
        "CREATE TABLE people (name text);"
        f"CREATE FUNCTION spy() RETURNS int LANGUAGE plpgsql AS $$ BEGIN {theft}; RETURN 1; END $$;"
        "CREATE VIEW v AS SELECT spy()",
    )
    with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
        postgres.rows("SELECT * FROM public.v")
    assert postgres.is_intact()


def test_rows_that_a_policy_hides_are_seen(postgres: Postgres) -> None:
    make(
        postgres,
        "CREATE TABLE people (name text); INSERT INTO people VALUES ('Ada');"
        "ALTER TABLE people ENABLE ROW LEVEL SECURITY",
    )
    assert postgres.rows("SELECT * FROM public.people") == [("Ada",)]


@pytest.mark.parametrize("trap", [ENDLESS, STUBBORN, UNTIMED], ids=["endless", "stubborn", "untimed"])
def test_view_that_never_ends_is_ended(
    postgres: Postgres, trap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.services.postgres.looking.LOOK_LIMIT_S", 0.5)
    make(postgres, trap)
    if trap is UNTIMED:
        assert postgres.rows("SELECT * FROM public.quick") == [(1,)]
    started = time.monotonic()
    with pytest.raises((errors.QueryCanceled, psycopg.OperationalError)):
        postgres.rows("SELECT * FROM public.v")
    assert time.monotonic() - started < 6.5
    assert postgres.rows("SELECT 1") == [(1,)], "the next look should work"
    assert postgres.is_intact()


def test_trigger_that_never_ends_is_ended(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.services.postgres.service.LOOK_LIMIT_S", 0.5)
    make(
        postgres,
        STUBBORN
        + "; CREATE TABLE people (name text); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM stubborn(); END $$;"
        "CREATE TRIGGER g BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION g()",
    )
    started = time.monotonic()
    with pytest.raises(psycopg.OperationalError):
        postgres.execute("INSERT INTO people VALUES ('x')")
    assert time.monotonic() - started < 3


def test_settings_of_a_look_do_not_outlive_it(postgres: Postgres) -> None:
    make(postgres, UNTIMED)
    postgres.rows("SELECT * FROM public.quick")
    assert postgres.rows("SHOW search_path") == [("pg_catalog, pg_temp",)]
    assert postgres.rows("SHOW statement_timeout") == [("5s",)]


def test_table_that_is_locked_is_given_up_after_a_second(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url)) as student:
        student.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        with pytest.raises(errors.LockNotAvailable):
            postgres.rows("SELECT * FROM public.people")
        assert time.monotonic() - started < 2
        postgres.end_sessions()
        assert postgres.rows("SELECT * FROM public.people") == []


def test_answer_without_end_is_refused(postgres: Postgres) -> None:
    with pytest.raises(psycopg.DataError, match="more than 100,000 rows or 64 MiB"):
        postgres.rows("SELECT generate_series(1, 1000000000)")
    assert postgres.rows("SELECT 1") == [(1,)]


def test_large_answer_is_refused(postgres: Postgres) -> None:
    with pytest.raises(psycopg.DataError, match="or 64 MiB"):
        postgres.rows("SELECT repeat('x', 30000000) FROM generate_series(1, 1000)")
    assert postgres.rows("SELECT 1") == [(1,)]


def test_table_is_found_by_its_full_name_only(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    with pytest.raises(errors.UndefinedTable):
        postgres.rows("SELECT * FROM people")


def test_uncommitted_work_is_not_seen(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url)) as student:
        student.execute("INSERT INTO people VALUES ('uncommitted')")
        assert postgres.rows("SELECT * FROM public.people") == []
        student.commit()
        assert postgres.rows("SELECT * FROM public.people") == [("uncommitted",)]

"""The same questions to every relational database."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from grader.config import ServiceSettings
from grader.course import read_lab
from grader.sandbox.inside.child.clients import KINDS, Clients
from grader.services.backends.local import LocalBackend
from grader.services.postgres import Postgres
from grader.services.relational import Relational
from grader.services.run import open_run
from grader.services.sqlite import Sqlite

PEOPLE = "CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL, count integer NOT NULL)"
NAMES = [
    "Ada",
    "O'Hara",
    "100%",
    "a_b",
    "Zoë 🙂",
    "?",
    "$1",
    ":name",
    "x" * 10_000,
    "Robert'); DROP TABLE people;--",
]


@pytest.fixture(scope="module")
def any_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with open_run(tmp_path_factory.mktemp("state") / "s") as run:
        postgres = Postgres(LocalBackend(run, {}), ServiceSettings())
        postgres.start()
        yield postgres
        postgres.stop()


@pytest.fixture(params=["sqlite", "any_postgres"])
def database(request: pytest.FixtureRequest) -> Relational:
    service: Relational = request.getfixturevalue(request.param)
    service.reset()
    return service


def test_values_go_in_and_come_out_as_they_are(database: Relational) -> None:
    database.execute(PEOPLE)
    for number, name in enumerate(NAMES):
        assert database.execute("INSERT INTO people VALUES ($1, $2, $3)", number, name, -number) == 1
    for number, name in enumerate(NAMES):
        found = database.rows("SELECT id, name, count FROM public.people WHERE name = $1", name)
        assert found == [(number, name, -number)]


def test_a_value_can_stand_twice(database: Relational) -> None:
    assert database.rows("SELECT CAST($1 AS integer) + CAST($1 AS integer) - CAST($2 AS integer)", 3, 1) == [
        (5,)
    ]


def test_many_rows_are_stored_or_none(database: Relational) -> None:
    database.execute(PEOPLE)
    statement = "INSERT INTO people VALUES ($1, $2, $3)"
    database.execute_many(statement, [(number, "x", 1) for number in range(1000)])
    with pytest.raises((psycopg.IntegrityError, sqlite3.IntegrityError)):
        database.execute_many(statement, [(1000, "x", 1), (1001, None, 1)])
    assert database.rows("SELECT count(*) FROM public.people") == [(1000,)]
    assert database.execute("UPDATE people SET count = 2 WHERE id < $1", 10) == 10


def test_tables_are_listed_and_gone_after_a_reset(database: Relational) -> None:
    assert database.tables() == []
    database.execute(PEOPLE)
    database.execute("CREATE TABLE address (id integer PRIMARY KEY)")
    database.execute("CREATE VIEW everybody AS SELECT * FROM people")
    assert database.tables() == ["address", "people"]
    database.reset()
    assert database.tables() == []


def test_look_changes_nothing(database: Relational) -> None:
    database.execute(PEOPLE)
    for statement in (
        "DELETE FROM public.people",
        "DROP TABLE public.people",
        "INSERT INTO public.people VALUES (1, 'x', 1)",
    ):
        with pytest.raises((psycopg.Error, sqlite3.Error)):
            database.rows(statement)
    assert database.tables() == ["people"]


def test_inspector_tells_columns_and_keys_on_both(database: Relational) -> None:
    database.execute(PEOPLE)
    database.execute(
        "CREATE TABLE address (id integer PRIMARY KEY, person_id integer REFERENCES people (id))"
    )
    database.execute("CREATE UNIQUE INDEX by_name ON people (name)")
    with database.inspector() as inspector:
        assert sorted(inspector.get_table_names(schema="public")) == ["address", "people"]
        columns = {column["name"]: column for column in inspector.get_columns("people", schema="public")}
        assert list(columns) == ["id", "name", "count"]
        assert not columns["name"]["nullable"]
        assert inspector.get_pk_constraint("people", schema="public")["constrained_columns"] == ["id"]
        (key,) = inspector.get_foreign_keys("address", schema="public")
        assert (key["constrained_columns"], key["referred_table"]) == (["person_id"], "people")
        (index,) = inspector.get_indexes("people", schema="public")
        assert (index["column_names"], bool(index["unique"])) == (["name"], True)
    database.reset()


def test_restart_and_crash_are_another_run_and_keep_what_was_committed(database: Relational) -> None:
    database.execute(PEOPLE)
    seen = [database.identity()]
    for action in (database.restart, database.crash):
        action()
        seen.append(database.identity())
        assert database.is_intact()
    assert len(set(seen)) == 3
    assert database.tables() == ["people"]


DRIVERS = {"sqlite": "sqlite3.Connection", "postgres": "psycopg.Connection"}


def _ask_engine(engine: Any) -> Any:  # noqa: ANN401 - whatever came out of the argument
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT 1").scalar()


USES: dict[str, Callable[[Any], Any]] = {
    "sqlalchemy.Engine": _ask_engine,
    "sqlalchemy.Session": lambda session: session.connection().exec_driver_sql("SELECT 1").scalar(),
    "url": lambda url: 1 if "://" in url else 0,
    "sqlite3.Connection": lambda connection: connection.execute("SELECT 1").fetchone()[0],
    "psycopg.Connection": lambda connection: connection.execute("SELECT 1").fetchone()[0],
}


@pytest.mark.parametrize("kind", ["driver", "sqlalchemy.Engine", "sqlalchemy.Session", "url"])
def test_every_kind_of_client_is_live(database: Relational, kind: str) -> None:
    kind = DRIVERS[database.name] if kind == "driver" else kind
    argument = database.argument(kind)
    assert (argument.service, argument.client) == (database.name, kind)
    clients = Clients()
    client = clients.client(argument)
    assert USES[kind](client) == 1
    assert clients.client(argument) is client
    marked = clients.client(database.argument(f"{kind}#2"))
    assert USES[kind](marked) == 1
    assert kind == "url" or marked is not client
    for one in (client, marked):
        if kind == "sqlalchemy.Session":
            one.close()
            one.get_bind().dispose()
        elif kind != "url":
            (one.dispose if kind == "sqlalchemy.Engine" else one.close)()


def test_default_settings_are_the_drivers_own(database: Relational) -> None:
    connection = Clients().client(database.argument(DRIVERS[database.name]))
    try:
        connection.execute(PEOPLE)
        connection.execute("INSERT INTO people VALUES (1, 'Ada', 1)")
        assert database.tables() == (["people"] if database.name == "sqlite" else [])
        connection.rollback()
        assert "people" not in database.tables() or database.rows("SELECT * FROM public.people") == []
    finally:
        connection.close()


def test_every_kind_that_a_lab_can_name_can_be_made(tmp_path: Any) -> None:  # noqa: ANN401 - a path
    for service, kind in [
        ("postgres", "sqlalchemy.Engine"),
        ("sqlite", "sqlalchemy.Session"),
        ("sqlite", "url"),
    ]:
        folder = tmp_path / "labs" / "tiny"
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / "rubrics" / "tiny").mkdir(parents=True, exist_ok=True)
        (tmp_path / "rubrics" / "tiny" / "test_tiny.py").touch()
        (folder / "lab.toml").write_text(
            f'title = "T"\nmodule = "t"\nservices = ["{service}"]\n[{service}]\nclient = "{kind}"\n'
        )
        assert read_lab(tmp_path, "tiny").services[service].client == kind
        assert kind in KINDS


def test_both_are_of_the_kind_that_rubrics_name() -> None:
    assert issubclass(Postgres, Relational)
    assert issubclass(Sqlite, Relational)

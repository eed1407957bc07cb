"""The table that create_tables makes."""

import sqlite3
from collections.abc import Callable

import psycopg
import pytest

from grader import Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Fill = Callable[[list[Person]], None]
Expect = Callable[[str, list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def first_line(error: Exception) -> str:
    """What a database says."""
    return str(error).splitlines()[0]


@BOTH
@check(
    points=2,
    criterion="schema",
    timeout_s=5,
    hint='Column("id", Integer, primary_key=True) is numbered by either database. With BigInteger, SQLite '
    "does not number it.",
)
def test_table_has_its_columns(submission: Submission, database: Relational, names: Names) -> None:
    """create_tables() makes the table people, which numbers its rows"""
    submission.call("create_tables", database)
    tables = database.tables()
    assert "people" in tables, (
        f"after create_tables(engine) another program sees the tables {tables}, no people"
    )
    first, second = names(2)
    try:
        for name in (first, second):
            database.execute("insert into people (name, count) values ($1, $2)", name, 7)
        rows = database.rows("select id, name, count from public.people order by id")
    except (sqlite3.Error, psycopg.Error) as error:
        raise AssertionError(f"people does not take a row with name and count: {first_line(error)}") from None
    ids = [row[0] for row in rows]
    assert all(type(number) is int for number in ids), f"expected whole numbers as ids, found {ids}"
    assert len(set(ids)) == 2, f"expected another id for each of two people, found {ids}"
    found = sorted(row[1:] for row in rows)
    expected = sorted([(first, 7), (second, 7)])
    assert found == expected, f"expected {expected} in people, found {found}"


@BOTH
@check(
    points=2,
    criterion="schema",
    timeout_s=5,
    hint="metadata.create_all(engine) does nothing about a table that is there.",
)
def test_second_create_tables_changes_nothing(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """create_tables() is harmless the second time, and keeps the people"""
    people = [(name, 3) for name in names(3)]
    fill(people)
    submission.call("create_tables", database)
    submission.restart()
    submission.call("create_tables", database)
    expect("create_tables(engine) has been called again", people)


# What runs beside the submission: another module of the student's program, which uses the table.
USER = """
from sqlalchemy import MetaData, Table, insert, select

import people as module


def wrong():
    metadata, table = getattr(module, "metadata", None), getattr(module, "people", None)
    for name, value, kind in (("metadata", metadata, MetaData), ("people", table, Table)):
        if not isinstance(value, kind):
            there = "not there" if value is None else f"of type {type(value).__name__}"
            return f"{name} in people.py is {there}, expected a {kind.__name__} of SQLAlchemy's"
    if metadata.tables.get("people") is not table:
        return "the table people is not in metadata under the name 'people'"
    missing = [name for name in ("id", "name", "count") if name not in table.c]
    return f"the Table people has no column {' and no '.join(missing)}" if missing else ""


def use(engine, name, count):
    table = module.people
    with engine.begin() as connection:
        connection.execute(insert(table), {"name": name, "count": count})
        question = select(table.c.id, table.c.name, table.c.count).where(table.c.name == name)
        return tuple(connection.execute(question).one())
"""


@BOTH
@check(
    points=2,
    criterion="schema",
    timeout_s=5,
    hint='people = Table("people", metadata, Column(...), Column(...), Column(...)), outside any function.',
)
def test_module_has_the_table(submission: Submission, database: Relational, names: Names, show: Show) -> None:
    """people.py has metadata and the Table people, which other modules can use"""
    problem = submission.probe(USER, "wrong")
    assert not problem, str(problem)
    submission.call("create_tables", database)
    name = names(1)[0]
    found = submission.probe(USER, "use", database, name, 7)
    rows = database.rows("select id, name, count from public.people")
    assert rows == [found], (
        f"after insert(people) of {show((name, 7))}, select() of the Table's columns gives {show(found)}; "
        f"another program sees {show(rows)}"
    )


@BOTH
@check(
    points=2,
    criterion="schema",
    hidden=True,
    timeout_s=5,
    hint="nullable=False refuses rows without a name or a count, and primary_key=True the same id twice.",
)
def test_table_refuses_what_is_no_person(database: Relational, names: Names, fill: Fill) -> None:
    """The table refuses a missing name, a missing count, and the same id twice"""
    name, other = names(2)
    fill([(name, 1)])
    ((known,),) = database.rows("select id from public.people")
    for what, columns, *row in (
        ("a person without a name", "name, count", None, 1),
        ("a person without a count", "name, count", other, None),
        ("a second person with the same id", "id, name, count", known, other, 1),
    ):
        assert is_refused(database, columns, row), f"the table people accepts {what}"


def is_refused(database: Relational, columns: str, row: list[object]) -> bool:
    """Whether a row with these columns cannot be stored."""
    marks = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    try:
        database.execute(f"insert into people ({columns}) values ({marks})", *row)  # noqa: S608 - the rubric's own
    except (sqlite3.Error, psycopg.Error):
        return True
    return False

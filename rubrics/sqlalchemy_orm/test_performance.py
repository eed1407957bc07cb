"""How many statements addresses_of executes, counted at the engine, and past it at the drivers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader import Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]
Show = Callable[[object], str]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
MOST_STATEMENTS = 5
EACH = 3
HINT = (
    "person.addresses asks the database when it is first used, once for each person: that is N+1 statements. "
    "options(selectinload(Person.addresses)) asks for the addresses of all of them at once; a join does too."
)

# What runs beside the submission: counts what any engine sends. Both drivers tell of what goes past the
# engines, on whatever connection: in SQLite each one that is opened from now on, in PostgreSQL every cursor.
COUNT = """
import re
import sqlite3

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

import people

TABLES = re.compile(r"\\b(people|address)\\b", re.IGNORECASE)
sent = []


def before_cursor_execute(connection, cursor, text, values, context, is_many):
    sent.append(text)


past, is_inside = [], [False]


def enter(*_):
    is_inside[0] = True


def leave(*_):
    is_inside[0] = False


def tell(text):
    if not is_inside[0]:
        past.append(str(text))


def telling_connect(connect):
    def call(*arguments, **options):
        connection = connect(*arguments, **options)
        connection.set_trace_callback(tell)
        return connection

    return call


def telling_method(method):
    def call(cursor, query, *more, **options):
        tell(query)
        return method(cursor, query, *more, **options)

    return call


sqlite3.connect = sqlite3.dbapi2.connect = telling_connect(sqlite3.connect)
for kind_of_cursor in (psycopg.Cursor, psycopg.ServerCursor):
    for name in ("copy", "execute", "executemany", "stream"):
        if name in vars(kind_of_cursor):
            setattr(kind_of_cursor, name, telling_method(getattr(kind_of_cursor, name)))
event.listen(Engine, "before_cursor_execute", enter)
event.listen(Engine, "after_cursor_execute", leave)
event.listen(Engine, "handle_error", leave)
event.listen(Engine, "before_cursor_execute", before_cursor_execute)


def start():
    sent.clear()
    past.clear()


def addresses_of(session, names):
    start()
    found = people.addresses_of(session, names)
    # What SQLAlchemy itself asks a new connection names no table of the lab's.
    return [len(sent), sum(bool(TABLES.search(text)) for text in past), found]
"""


def expect_few_statements(
    submission: Submission, tables: "Tables", people: list[str], sizes: tuple[int, ...], show: Show
) -> None:
    """Asserts that the answer for any number of people takes the same few statements."""
    addresses = [(place, f"{place} {number}", "x") for place in range(len(people)) for number in range(EACH)]
    submission.probe(COUNT, "start")
    tables.fill([(name, 1) for name in people], addresses)
    numbers = {}
    for size in sizes:
        sent, past, found = submission.probe(COUNT, "addresses_of", tables.new_session(), people[:size])
        assert isinstance(found, dict), f"addresses_of() gives {show(found)}, expected a dict"
        for place, name in enumerate(people[:size]):
            streets = found.get(name)
            expected = [f"{place} {number}" for number in range(EACH)]
            is_right = isinstance(streets, list | tuple) and sorted(streets, key=repr) == expected
            assert is_right, (
                f"addresses_of() of {size} names gives {show(streets)} for one, expected {EACH} streets"
            )
        assert sent, "addresses_of() executes no statement on the session's engine"
        numbers[size] = sent + past
    told = ", ".join(f"{number} for {size} people" for size, number in numbers.items())
    assert len(set(numbers.values())) == 1, f"addresses_of() executes more statements for more people: {told}"
    assert max(numbers.values()) <= MOST_STATEMENTS, (
        f"addresses_of() executes too many statements: {told}, expected at most {MOST_STATEMENTS}"
    )


@BOTH
@check(points=4, criterion="performance", timeout_s=5, hint=HINT)
def test_few_statements(submission: Submission, tables: "Tables", names: Names, show: Show) -> None:
    """addresses_of() takes as many statements for 20 people as for 2, and at most 5"""
    expect_few_statements(submission, tables, names(20), (2, 20), show)


@BOTH
@check(points=6, criterion="performance", hidden=True, timeout_s=10, hint=HINT)
def test_few_statements_for_many_people(
    submission: Submission, tables: "Tables", names: Names, show: Show
) -> None:
    """addresses_of() takes as many statements for 400 people as for 2, and at most 5"""
    expect_few_statements(submission, tables, names(400), (2, 20, 400), show)

"""What the statements are made of, and how many there are: seen at the engine, and past it at the drivers."""

import re
from collections.abc import Callable
from random import Random

import pytest

from grader import CallError, Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Stored = Callable[[], list[Person]]
Created = Callable[[Relational], None]
Call = tuple[object, ...]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
HINT = (
    "Build statements from the table: select(people), insert(people), update(people), delete(people), with "
    "where(people.c.name == name), and metadata.create_all(engine). SQLAlchemy then writes the SQL that each "
    "database wants, and hands the values over beside it. text() leaves both to you."
)

# What runs beside the submission: listens to every engine, and tells what was executed. Statements that were
# not made of the driver's SQL are compiled for both databases, as they were executed: with the same keys.
# Both drivers tell of what goes past the engines, on whatever connection: in SQLite each one that is opened
# from now on, in PostgreSQL every cursor.
WATCH = """
import sqlite3

import psycopg
from sqlalchemy import DDL, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import SelectBase

DIALECTS = {"SQLite": sqlite.dialect(), "PostgreSQL": postgresql.dialect()}
LONGEST = 2_000
constructs, texts, contexts = [], [], [None]


def before_execute(connection, element, several, one, options):
    constructs.append((getattr(element, "_resolved", element), list(several[0] if several else one)))


def before_cursor_execute(connection, cursor, text, values, context, is_many):
    # One execute may be sent in several parts.
    if context is not contexts[0]:
        contexts[0] = context
        texts.append((text, context.compiled is None))


past, is_inside = [], [False]


def enter(*_):
    is_inside[0] = True


def leave(*_):
    is_inside[0] = False


def tell(text):
    if not is_inside[0]:
        past.append(str(text)[:LONGEST])


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
event.listen(Engine, "before_execute", before_execute)
event.listen(Engine, "before_cursor_execute", before_cursor_execute)


def start():
    constructs.clear()
    texts.clear()
    past.clear()


def kind(element):
    if isinstance(element, ExecutableDDLElement):
        return "text" if isinstance(element, DDL) else "core"
    if not isinstance(element, (SelectBase, UpdateBase)):
        return "text"
    return "text" if any(isinstance(part, TextClause) for part in visitors.iterate(element)) else "core"


def compiled(element, keys):
    made, refused = {}, {}
    more = {} if isinstance(element, ExecutableDDLElement) else {"column_keys": keys or None}
    for name, dialect in DIALECTS.items():
        try:
            made[name] = str(element.compile(dialect=dialect, **more))[:LONGEST]
        except Exception as error:
            refused[name] = f"{type(error).__name__}: {error}".splitlines()[0][:LONGEST]
    return made, refused


def statements():
    found = [[kind(element), *compiled(element, keys)] for element, keys in constructs]
    written = past + [text[:LONGEST] for text, is_drivers in texts if is_drivers]
    return found + [["text", {"": text}, {}] for text in written]


def executed():
    return [[text[:LONGEST] for text, _ in texts], past]
"""

# SQLAlchemy itself asks catalogs what is there, and those statements are no student's.
ABOUT_PEOPLE = re.compile(
    r"\W*(select|insert|update|delete|with|values|replace|copy|create\s+table)\b.*\bpeople\b",
    re.IGNORECASE | re.DOTALL,
)


def statements_of(
    submission: Submission, database: Relational, name: str, *arguments: object
) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    """Calls a function, and gives the statements about people that it has executed, or tried to.

    Each is how it was written, its text by database, and by database why there is none.
    """
    submission.probe(WATCH, "start")
    problem = None
    try:
        submission.call(name, database, *arguments)
    except CallError as error:
        problem = error
    seen = submission.probe(WATCH, "statements")
    found = [
        (kind, made, refused)
        for kind, made, refused in seen
        if not made or any(ABOUT_PEOPLE.match(text) for text in made.values())
    ]
    if not found and problem is not None:
        raise problem
    return found


def expect_built(submission: Submission, database: Relational, show: Show, calls: tuple[Call, ...]) -> None:
    """Asserts that each function's statements are built with Core, fit both databases and hold no value."""
    for name, *arguments in calls:
        found = statements_of(submission, database, str(name), *arguments)
        assert found, f"{name}() executes no statement about people on a connection of the engine's"
        for kind, made, refused in found:
            text = next(iter(made.values()), "")
            assert kind == "core", (
                f"{name}() has SQL written as text, expected constructs of SQLAlchemy's: {show(text)}"
            )
            for other, why in refused.items():
                reason = re.sub(r" object at 0x[0-9a-f]+", "", why)
                raise AssertionError(f"{name}() has a statement that does not fit {other}: {reason}")
            for value in values_in(arguments):
                shown = any(str(value) in text for text in made.values())
                assert not shown, f"{name}() has the value {value!r} in the text of a statement: {show(text)}"


def values_in(arguments: object) -> list[object]:
    """The names and numbers among arguments."""
    if isinstance(arguments, list | tuple):
        return [value for item in arguments for value in values_in(item)]
    return [arguments]


@BOTH
@check(points=6, criterion="quality", timeout_s=5, hint=HINT)
def test_statements_are_built(
    submission: Submission, database: Relational, plain_names: Names, random: Random, show: Show
) -> None:
    """create_tables(), add_person(), find_person() and set_count() build their statements with Core"""
    name = "".join(plain_names(2))
    first, second = random.sample(range(10_000_000, 99_999_999), 2)
    expect_built(
        submission,
        database,
        show,
        (
            ("create_tables",),
            ("add_person", name, first),
            ("find_person", name),
            ("set_count", name, second),
        ),
    )


@BOTH
@check(points=6, criterion="quality", hidden=True, timeout_s=5, hint=HINT)
def test_other_statements_are_built(
    submission: Submission,
    database: Relational,
    plain_names: Names,
    random: Random,
    created: Created,
    show: Show,
) -> None:
    """add_people(), find_people(), count_by_initial() and remove_person() build theirs with Core too"""
    submission.probe(WATCH, "start")
    created(database)
    one, two, three = ("".join(plain_names(2)) for _ in range(3))
    numbers = random.sample(range(10_000_000, 99_999_999), 3)
    expect_built(
        submission,
        database,
        show,
        (
            ("add_people", [(one, numbers[0]), (two, numbers[1]), (three, numbers[2])]),
            ("find_people", numbers[0]),
            ("count_by_initial",),
            ("remove_person", two),
        ),
    )


MOST_STATEMENTS = 10


def expect_one_insert(
    submission: Submission, database: Relational, created: Created, stored: Stored, people: list[Person]
) -> None:
    """Asserts that so many people are stored by one INSERT."""
    submission.probe(WATCH, "start")
    created(database)
    submission.probe(WATCH, "start")
    submission.call("add_people", database, people)
    executed, past = submission.probe(WATCH, "executed")
    found = stored()
    assert len(found) == len(people), (
        f"after add_people() of {len(people):,} people another program sees {len(found):,}"
    )
    number = sum("insert" in text.lower() for text in executed)
    assert number == 1, (
        f"add_people() of {len(people):,} people executes {number:,} INSERTs on connections of the engine's, "
        "expected one"
    )
    past = [text for text in past if ABOUT_PEOPLE.match(text)]
    assert not past, (
        f"add_people() of {len(people):,} people executes {len(past):,} statements past the engine, beside "
        "its INSERT"
    )
    assert len(executed) <= MOST_STATEMENTS, (
        f"add_people() of {len(people):,} people executes {len(executed):,} statements beside its INSERT"
    )


ONE_INSERT = (
    "connection.execute(insert(people), rows) with a list of dicts is one execute, whatever the number of "
    "rows; so is insert(people).values(rows). An execute for each row asks the server each time."
)


@BOTH
@check(points=2, criterion="performance", timeout_s=15, hint=ONE_INSERT)
def test_stores_people_by_one_insert(
    submission: Submission, database: Relational, names: Names, created: Created, stored: Stored
) -> None:
    """add_people() stores 50 people by one INSERT"""
    expect_one_insert(submission, database, created, stored, [(name, 1) for name in names(50)])


@BOTH
@check(points=4, criterion="performance", hidden=True, timeout_s=60, hint=ONE_INSERT)
def test_stores_many_people_by_one_insert(
    submission: Submission, database: Relational, names: Names, created: Created, stored: Stored
) -> None:
    """add_people() stores 1,000 people by one INSERT"""
    expect_one_insert(submission, database, created, stored, [(name, 1) for name in names(1_000)])

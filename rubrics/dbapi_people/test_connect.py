"""The connection that a function is given: one of either database, and it stays open."""

from collections.abc import Callable

import pytest

from grader import Relational, Submission, check

Names = Callable[[int], list[str]]
Show = Callable[[object], str]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
CLIENTS = {"sqlite": "sqlite3.Connection", "postgres": "psycopg.Connection"}
PROBE = """
def problem(conn):
    try:
        conn.execute("select 1").fetchone()
        conn.rollback()
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def close(conn):
    conn.close()
"""


def story(first: str, second: str) -> tuple[tuple[object, ...], ...]:
    """Calls of every function, with what they give where that is one thing."""
    return (
        (None, "create_table"),
        (None, "add_person", first, 7),
        (1, "add_people", [(second, 2)]),
        (None, "find_person", first),
        (None, "find_people", 1),
        (1, "set_count", first, 9),
        (True, "transfer", first, second, 4),
        (False, "transfer", first, second, 100),
        (1, "remove_person", first),
    )


@BOTH
@check(
    points=4,
    criterion="connect",
    timeout_s=5,
    hint="Whoever opens a connection closes it, and that is not you. In psycopg, `with conn:` closes it at "
    "the end. After an exception in PostgreSQL, nothing works until conn.rollback().",
)
def test_connection_stays_open(submission: Submission, database: Relational, names: Names) -> None:
    """Every function runs, and leaves the connection open and usable"""
    answers = []
    for _, name, *arguments in story(*names(2)):
        answers.append(submission.call(str(name), database, *arguments))
        problem = submission.probe(PROBE, "problem", database)
        assert not problem, f"after {name}() the connection cannot be used any more: {problem}"
    assert any(answer is not None for answer in answers), "no function gives anything, so none has used it"


@BOTH
@check(
    points=4,
    criterion="connect",
    hidden=True,
    timeout_s=5,
    hint="Use the connection that the function is given, each time. One that was kept from an earlier call, "
    "or its cursor, may be closed by now.",
)
def test_uses_the_connection_that_it_is_given(
    submission: Submission, database: Relational, names: Names, show: Show
) -> None:
    """Every function works on a second connection when the first is closed"""
    for name, *arguments in [words for _, *words in story(*names(2))]:
        submission.call(name, database, *arguments)
    submission.probe(PROBE, "close", database)
    second = database.argument(f"{CLIENTS[database.name]}#2")
    for expected, name, *arguments in story(*names(2)):
        found = submission.call(str(name), second, *arguments)
        assert expected is None or found == expected, (
            f"{name}() on a second connection gives {show(found)}, expected {expected}"
        )

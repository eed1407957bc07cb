"""The engine that a function is given: of either database, and its connections go back to it."""

from collections.abc import Callable

import pytest

from grader import Postgres, Relational, Sqlite, Submission, check

Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Created = Callable[[Relational], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
PROBE = """
import gc

from sqlalchemy import literal, select


def problem(engine):
    gc.collect()
    kept = engine.pool.checkedout()
    if kept:
        return f"{kept} of the engine's connections have not been given back"
    try:
        with engine.connect() as connection:
            connection.execute(select(literal(1))).all()
    except Exception as error:
        return f"the engine cannot be used any more: {type(error).__name__}: {error}".splitlines()[0]
    return ""
"""


def story(first: str, second: str) -> tuple[tuple[object, ...], ...]:
    """Calls of every function, with what they give where that is one thing."""
    return (
        (None, "create_tables"),
        (None, "add_person", first, 7),
        (1, "add_people", [(second, 2)]),
        (None, "find_person", first),
        (None, "find_people", 1),
        (1, "set_count", first, 9),
        (None, "count_by_initial"),
        (1, "remove_person", first),
    )


@BOTH
@check(
    points=2,
    criterion="connect",
    timeout_s=5,
    hint="`with engine.connect() as connection:` and `with engine.begin() as connection:` give the connection"
    " back at their end. Keep none for later.",
)
def test_gives_connections_back(submission: Submission, database: Relational, names: Names) -> None:
    """Every function runs, and gives back the engine's connections"""
    answers = []
    for _, name, *arguments in story(*names(2)):
        answers.append(submission.call(str(name), database, *arguments))
        problem = submission.probe(PROBE, "problem", database)
        assert not problem, f"after {name}(): {problem}"
    assert any(answers), "every function runs, but none gives anything"


@check(
    points=4,
    criterion="connect",
    hidden=True,
    timeout_s=5,
    hint="Use the engine that the function is given, each time. Whatever you keep from an earlier call may "
    "belong to another database.",
)
def test_one_program_with_two_databases(
    submission: Submission, sqlite: Sqlite, postgres: Postgres, names: Names, show: Show
) -> None:
    """The functions work for two databases in one program, and keep them apart"""
    first, second, third = names(3)
    for database, pair in ((sqlite, (first, second)), (postgres, (third, second)), (sqlite, (third, first))):
        for expected, name, *arguments in story(*pair):
            found = submission.call(str(name), database, *arguments)
            assert expected is None or found == expected, (
                f"{name}() gives {show(found)} in a program that uses two databases, expected {expected}"
            )
    for database, expected in ((sqlite, sorted([(second, 2), (first, 2)])), (postgres, [(second, 2)])):
        found = sorted(database.rows("select name, count from public.people"))
        assert found == expected, (
            f"a program that uses two databases leaves {show(found)} in one, expected {show(expected)}"
        )
        for name, _ in expected:
            person = submission.call("find_person", database, name)
            assert isinstance(person, list | tuple), f"find_person() gives {show(person)} for somebody stored"
    person = submission.call("find_person", postgres, first)
    assert person is None, (
        f"find_person() gives {show(person)} for somebody who is in the other database only"
    )

"""All or nothing: bad rows, and a program that dies in the middle."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from grader import CallError, Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Fill = Callable[[list[Person]], None]
Stored = Callable[[], list[Person]]
Expect = Callable[[str, list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
@check(
    points=4,
    criterion="transaction",
    timeout_s=5,
    hint="`with engine.begin() as connection:` around all of it commits at its end; after an exception it "
    "takes everything back and lets the exception go on.",
)
def test_bad_row_stores_nobody(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """add_people() with a bad row raises an exception and stores nobody, and the next call works"""
    old, good, after = names(3)
    stored = [(old, 5)]
    fill(stored)
    for bad in ((None, 3), (good, None)):
        for people in ([(good, 1), (good, 2), bad, (good, 4)], [bad, (good, 4)], [(good, 1), bad]):
            raised = False
            try:
                submission.call("add_people", database, people)
            except CallError:
                raised = True
            expect(f"add_people() with the bad row {bad}", stored)
            assert raised, f"add_people() with the bad row {bad} raises no exception"
        submission.call("add_people", database, [(after, 7)])
        stored.append((after, 7))
        expect("add_people() with a bad row and add_people() of one good row", stored)


# More than go into one INSERT, whose limit must not be that of the transaction.
LATE = 2_500
AFTERWARDS = 120


@BOTH
@check(
    points=2,
    criterion="transaction",
    hidden=True,
    timeout_s=40,
    hint="One transaction for the whole list, however long: what is committed in parts stays.",
)
def test_late_bad_row_stores_nobody(
    submission: Submission, database: Relational, names: Names, fill: Fill, stored: Stored
) -> None:
    """add_people() with a bad row late in a long list raises an exception and stores nobody"""
    old, *new = names(LATE + 1)
    fill([(old, 5)])
    people = [(name, 1) for name in new]
    raised = False
    try:
        submission.call("add_people", database, [*people[:-1], (new[-1], None)])
    except CallError:
        raised = True
    found = stored()
    assert found == [(old, 5)], (
        f"after add_people() of {LATE:,} people, the last of whom has no count, another program sees "
        f"{len(found):,} people, expected the one who was there before"
    )
    assert raised, "add_people() with a bad row late in a long list raises no exception"
    submission.call("add_people", database, people[:AFTERWARDS])
    found = stored()
    assert len(found) == AFTERWARDS + 1, (
        f"add_people() of {AFTERWARDS} of these people without the bad row leaves {len(found)} in the table, "
        f"expected {AFTERWARDS + 1}"
    )


# The database itself says when to die: as the thirtieth is stored, whatever the order and the statements.
DEATH = {
    "sqlite": [
        """
        create trigger death before insert on people
        when (select count(*) from people where count = new.count) = 29 begin select die(); end
        """
    ],
    "postgres": [
        """
        create function death() returns trigger language plpgsql as $$ begin
        if (select count(*) from public.people where count = new.count) = 29 then raise notice 'die'; end if;
        return new; end $$
        """,
        "create trigger death before insert on people for each row execute function death()",
    ],
}
# What runs beside the submission: the program obeys.
DYING = """
import os
import sqlite3

from sqlalchemy import event
from sqlalchemy.pool import Pool

import people


def die():
    os._exit(1)


def listen(notice):
    if notice.message_primary == "die":
        die()


def on_checkout(connection, record, proxy):
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("die", 0, die)
    else:
        connection.add_notice_handler(listen)


def add_people(engine, rows):
    event.listen(Pool, "checkout", on_checkout)
    return people.add_people(engine, [tuple(row) for row in rows])
"""
ROWS = 40


@BOTH
@check(
    points=2,
    criterion="transaction",
    hidden=True,
    timeout_s=20,
    hint="What is not committed is gone when the program dies. What was committed row by row is not.",
)
def test_program_dies_while_people_arrive(
    submission: Submission, database: Relational, names: Names, fill: Fill, stored: Stored
) -> None:
    """A program that dies in add_people() leaves nobody or everybody"""
    fill([])
    people = [(name, 0) for name in names(ROWS)]
    submission.call("add_people", database, people)
    found = len(stored())
    assert found == ROWS, f"after add_people() of {ROWS} people another program sees {found}"
    submission.restart()
    database.end_sessions()
    for statement in DEATH[database.name]:
        database.execute(statement)
    with suppress(CallError):
        submission.probe(DYING, "add_people", database, [(name, 1) for name, _ in people])
    submission.restart()
    found = sum(row[1] == 1 for row in stored())
    assert found in {0, ROWS}, (
        f"the program died while add_people() was storing {ROWS} people; {found} are stored, expected "
        "nobody or everybody"
    )

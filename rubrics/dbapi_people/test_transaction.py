"""All or nothing: bad rows, refused changes, and a program that dies in the middle."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from grader import CallError, Relational, Sqlite, Submission, check

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
    hint="Commit once, after the last row. On an exception conn.rollback() takes back what was done since "
    "the last commit; then let the exception go on: `raise`.",
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
        submission.call("add_person", database, after, 7)
        stored.append((after, 7))
        expect("add_people() with a bad row and add_person()", stored)
    submission.call("add_people", database, [(good, 1), (good, 2)])
    expect("add_people() with bad rows, and then with good ones alone", [*stored, (good, 1), (good, 2)])


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

import people


def die():
    os._exit(1)


def listen(notice):
    if notice.message_primary == "die":
        die()


def add_people(conn, rows):
    if isinstance(conn, sqlite3.Connection):
        conn.create_function("die", 0, die)
    else:
        conn.add_notice_handler(listen)
    return people.add_people(conn, [tuple(row) for row in rows])
"""
ROWS = 40


@BOTH
@check(
    points=4,
    criterion="transaction",
    hidden=True,
    timeout_s=10,
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


RULES = {
    "sqlite": "create trigger rule before update on people when new.name = 'fixed' "
    "begin select raise(abort, 'this count is fixed'); end",
    "postgres": "alter table people add constraint rule check (name <> 'fixed' or count = 50)",
}
# What runs beside the submission: while another connection reads, SQLite refuses the commit, and not the
# changes before it. It would wait five seconds for the other one's end, which comes later in any case.
READING = """
import sqlite3

import people


def transfer(conn, giver, taker, amount):
    path = conn.execute("pragma database_list").fetchone()[2]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin")
    other.execute("select count(*) from people").fetchone()
    conn.execute("pragma busy_timeout = 0")
    try:
        return people.transfer(conn, giver, taker, amount)
    finally:
        other.close()
        conn.execute("pragma busy_timeout = 5000")
"""


@BOTH
@check(
    points=4,
    criterion="transaction",
    hidden=True,
    timeout_s=10,
    hint="Two changes, one transaction: commit when both are done. If one of them fails, or there is nobody "
    "to take, conn.rollback() takes the other one back. conn.commit() can fail too, which leaves both open.",
)
def test_half_a_transfer_is_none(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """transfer() that cannot be finished leaves nothing behind, in the calls that follow neither"""
    giver, taker, unknown, after = names(4)
    people = [(giver, 50), (taker, 50), ("fixed", 50)]
    fill(people)
    moved = submission.call("transfer", database, giver, taker, 1)
    assert moved is True, f"transfer() of 1 from 50 gives {moved!r}, expected True"
    submission.call("transfer", database, taker, giver, 1)
    submission.restart()
    database.end_sessions()
    database.execute(RULES[database.name])
    for who, whom, why in (
        (giver, "fixed", "the database refuses to change the taker"),
        ("fixed", taker, "the database refuses to change the giver"),
        (giver, unknown, "there is no taker"),
        (unknown, taker, "there is no giver"),
    ):
        moved = False
        with suppress(CallError):
            moved = submission.call("transfer", database, who, whom, 5)
        expect(f"transfer() where {why}", people)
        assert moved is not True, f"transfer() gives True where {why}"
        # It commits: what transfer has left undone would be done now.
        submission.call("add_person", database, after, 1)
        people.append((after, 1))
        expect(f"transfer() where {why}, and add_person()", people)
    if isinstance(database, Sqlite):
        moved = False
        with suppress(CallError):
            moved = submission.probe(READING, "transfer", database, giver, taker, 5)
        # With a log beside the file (journal_mode = wal) nobody who reads is in the way.
        if moved is True:
            people[:2] = [(giver, 45), (taker, 55)]
        submission.call("add_person", database, after, 1)
        people.append((after, 1))
        expect("transfer() while another program was reading, and then add_person()", people)

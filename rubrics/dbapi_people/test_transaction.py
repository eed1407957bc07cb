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


# What runs beside the submission: a list whose rows are handed out one by one, until the program dies.
ARRIVING = """
import os

import people


class Arriving(list):
    left = 0

    def arrive(self):
        self.left -= 1
        if self.left == 0:
            os._exit(1)

    def __iter__(self):
        for place in range(len(self)):
            self.arrive()
            yield list.__getitem__(self, place)

    def __getitem__(self, place):
        self.arrive()
        return list.__getitem__(self, place)


def add_people(conn, rows, last):
    arriving = Arriving(tuple(row) for row in rows)
    arriving.left = last
    return people.add_people(conn, arriving)
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
    # The rows may be looked at before they are stored, even twice.
    for count, last in enumerate((30, ROWS + 30, 2 * ROWS + 30), start=1):
        with suppress(CallError):
            submission.probe(ARRIVING, "add_people", database, [(name, count) for name, _ in people], last)
        submission.restart()
        found = sum(row[1] == count for row in stored())
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

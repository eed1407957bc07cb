"""Two programs that transfer at once."""

import time
from collections.abc import Callable

from grader import CallError, Postgres, Relational, Sqlite, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]

HAS, AMOUNT = 50, 40
# What another program takes meanwhile, and what the student's program must then give.
MEANWHILE = ((40, False), (5, True))
HINT = (
    "Between your select and your update another program can change the count. Let the update ask: "
    "`update ... where name = ? and count >= ?`, and look at rowcount. Or lock while you read: `for update` "
    "in PostgreSQL, `begin immediate` in SQLite."
)

# What runs in another process of the student's, as another program would.
OTHER = """
def begin(conn, giver, taker, amount):
    conn.execute("update people set count = count - %s where name = %s", (amount, giver))
    conn.execute("update people set count = count + %s where name = %s", (amount, taker))


def commit(conn):
    conn.commit()
"""
PATIENCE_S = 5.0
PAUSE_S = 0.002
WAITING = "select count(*) from pg_locks where not granted"


def prepare(submission: Submission, database: Relational, giver: str, taker: str) -> None:
    """Makes the table with two people, and sees that a transfer works when nobody else is there."""
    submission.call("create_table", database)
    assert "people" in database.tables(), "another program sees no table people after create_table(conn)"
    people = [(giver, HAS + 1), (taker, -1)]
    database.execute_many("insert into people (name, count) values ($1, $2)", people)
    moved = submission.call("transfer", database, giver, taker, 1)
    wrong = fault(database, (giver, taker), [(0, True)])
    assert not wrong, f"after transfer() of 1 of {HAS + 1}, to a taker with -1: {wrong}"
    assert moved is True, f"transfer() of 1 from {HAS + 1} gives {moved!r}, expected True"


@check(points=4, criterion="transaction", timeout_s=15, hint=HINT)
def test_two_transfers_at_once_in_postgresql(
    submission: Submission, postgres: Postgres, names: Names
) -> None:
    """PostgreSQL: two programs that transfer at once lose and invent nothing"""
    giver, taker = names(2)
    prepare(submission, postgres, giver, taker)
    other = submission.start()
    for taken, expected in MEANWHILE:
        postgres.execute("update people set count = $1 where name = $2", HAS, giver)
        postgres.execute("update people set count = $1 where name = $2", 0, taker)
        other.probe(OTHER, "begin", postgres, giver, taker, taken)
        pending = submission.send("transfer", postgres, giver, taker, AMOUNT)
        deadline = time.monotonic() + PATIENCE_S
        while postgres.rows(WAITING) == [(0,)] and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
        other.probe(OTHER, "commit", postgres)
        try:
            moved = pending.value()
        except CallError:
            # The database can refuse one of two; that is right if it has changed nothing.
            moved = None
        wrong = fault(postgres, (giver, taker), [(taken, True), (AMOUNT, moved)])
        assert not wrong, (
            f"another program transfers {taken} of {HAS} while transfer() of {AMOUNT} runs, "
            f"which gives {moved!r}: {wrong}"
        )
        assert moved in (expected, None), (
            f"another program takes {taken} of {HAS} while transfer() of {AMOUNT} waits; it gives {moved!r}, "
            f"expected {expected}"
        )
        # Whatever is left open concerns the next round no more.
        submission.restart()
        other.restart()
        postgres.end_sessions()


def fault(database: Relational, pair: tuple[str, str], transfers: list[tuple[int, object]]) -> str:
    """What is wrong with the counts after two transfers, of so much each, that were done or not."""
    counts = dict(database.rows("select name, count from public.people"))
    done = sum(amount for amount, moved in transfers if moved is True)
    found = " and ".join(str(counts.get(name)) for name in pair)
    if done > HAS:
        return f"{done} were given, and the giver had {HAS}; giver and taker now have {found}"
    expected = f"{HAS - done} and {done}"
    return "" if found == expected else f"expected {expected} for giver and taker, found {found}"


# What runs beside the submission: lets another connection transfer just before the n-th statement. If the
# file is locked then, the other one has to come later, which is right.
COMPANY = """
import sqlite3

import people


def transfer(conn, giver, taker, amount, taken, n):
    path = conn.execute("pragma database_list").fetchone()[2]
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    seen, done = [], []

    def before_statement(_):
        seen.append(1)
        if len(seen) == n:
            cross(other, giver, taker, taken, done)

    conn.set_trace_callback(before_statement)
    try:
        moved = people.transfer(conn, giver, taker, amount)
    except Exception:
        moved = None
    finally:
        conn.set_trace_callback(None)
        conn.rollback()
        other.close()
    return [moved, bool(done), len(seen) >= n]


def cross(other, giver, taker, taken, done):
    try:
        other.execute("begin immediate")
        question = "update people set count = count - ? where name = ? and count >= ?"
        if other.execute(question, (taken, giver, taken)).rowcount == 1:
            other.execute("update people set count = count + ? where name = ?", (taken, taker))
        other.execute("commit")
        done.append(1)
    except sqlite3.OperationalError:
        if other.in_transaction:
            other.rollback()
"""
MOST_STATEMENTS = 12


@check(points=4, criterion="transaction", hidden=True, timeout_s=10, hint=HINT)
def test_two_transfers_at_once_in_sqlite(submission: Submission, sqlite: Sqlite, names: Names) -> None:
    """SQLite: two programs that transfer at once lose and invent nothing"""
    giver, taker = names(2)
    prepare(submission, sqlite, giver, taker)
    for taken, _ in MEANWHILE:
        for number in range(1, MOST_STATEMENTS + 1):
            sqlite.execute("update people set count = $1 where name = $2", HAS, giver)
            sqlite.execute("update people set count = $1 where name = $2", 0, taker)
            moved, crossed, is_reached = submission.probe(
                COMPANY, "transfer", sqlite, giver, taker, AMOUNT, taken, number
            )
            # The other one comes too late for what is left, and takes nothing.
            came = crossed and not (moved is True and taken + AMOUNT > HAS)
            wrong = fault(sqlite, (giver, taker), [(taken, came), (AMOUNT, moved)])
            assert not wrong, (
                f"another program transfers {taken} of {HAS} while transfer() of {AMOUNT} runs, "
                f"which gives {moved!r}: {wrong}"
            )
            if not is_reached:
                break

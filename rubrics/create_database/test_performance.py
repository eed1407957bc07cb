"""What the database has to read for a question: counted there, never timed."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from grader import Submission, check
from grader.services.base import Service

if TYPE_CHECKING:
    # Only the driver of the database that was chosen is to be loaded.
    from grader import MongoDB, Postgres, Redis, Relational, Sqlite

Reading = dict[str, Any]
Write = Callable[..., str]
Forget = Callable[[], None]
Question = tuple[str, ...]
Counts = list[tuple[int, int, str]]
"""How much there was, how much there may be, and of what."""

STATIONS, DAYS = 50, 30
LINES = STATIONS * DAYS
SHARE = 4
# A table that is read from end to end takes three steps a row at least; an index brings few rows.
STEPS = 2 * LINES

COUNT_STEPS = """
import importlib
import sys

CONTROL = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100) SELECT count(*) FROM n"

def count(db, function, *arguments):
    steps = 0

    def step():
        nonlocal steps
        steps += 10

    def listen(event, found):
        if event == "sqlite3.connect/handle":
            found[0].set_progress_handler(step, 10)

    db.set_progress_handler(step, 10)
    # A connection that is opened meanwhile counts, too.
    sys.addaudithook(listen)
    found = getattr(importlib.import_module("weather"), function)(db, *arguments)
    taken = steps
    db.execute(CONTROL).fetchone()
    return [found, taken, steps > taken]
"""


def ask_sqlite(submission: Submission, db: "Sqlite", question: Question) -> tuple[object, Counts]:
    """SQLite's machine runs in the student's process: what it is seen to do there.

    A row that holds everything is read in a few steps, so that none may hold much of it.
    """
    answer = submission.probe(COUNT_STEPS, "count", db, *question)
    found, steps, is_counted = answer if isinstance(answer, list) else (None, 0, False)
    sizes = row_sizes(db)
    return found, [
        (int(not is_counted), 0, "removals of the progress handler that counts SQLite's steps"),
        (int(str(steps)), STEPS, "steps of SQLite's machine"),
        (max(sizes, default=0), sum(sizes) // SHARE, "characters in one row"),
    ]


def ask_postgres(submission: Submission, db: "Postgres", question: Question) -> tuple[object, Counts]:
    """The server counts rows, however large they are."""
    before = db.rows_read()
    found = submission.call(question[0], db, *question[1:])
    read = db.rows_read() - before
    return found, [(read, LINES // SHARE, "rows read"), size_count(read, row_sizes(db))]


def ask_mongodb(submission: Submission, db: "MongoDB", question: Question) -> tuple[object, Counts]:
    """The profiler sees every command of the student's, and counts documents, however large they are."""
    with db.profile() as work:
        found = submission.call(question[0], db, *question[1:])
    read = work.documents_examined
    return found, [(read, LINES // SHARE, "documents examined"), size_count(read, document_sizes(db))]


def size_count(read: int, sizes: list[int]) -> tuple[int, int, str]:
    """What was read at most, as if all of it had been as large as the largest, of all that is stored."""
    return read * max(sizes, default=0), sum(sizes) // 2, "bytes read"


def row_sizes(db: "Relational") -> list[int]:
    """How many characters each row of each table has."""
    sizes = []
    for name in db.tables():
        quoted = name.replace('"', '""')
        # The table of an extension of SQLite's may not be looked into.
        with suppress(sqlite3.Error):
            rows = db.rows(f'select * from public."{quoted}"')  # noqa: S608 - the name is quoted
            sizes += [sum(len(str(value)) for value in row) for row in rows]
    return sizes


def document_sizes(db: "MongoDB") -> list[int]:
    """How many bytes each document of each collection has."""
    measure = [{"$project": {"_id": 0, "bytes": {"$bsonSize": "$$ROOT"}}}]
    return [
        document["bytes"]
        for name in db.database.list_collection_names(filter={"type": "collection"})
        for document in db.database[name].aggregate(measure)
    ]


def ask_redis(submission: Submission, db: "Redis", question: Question) -> tuple[object, Counts]:
    """Keys are looked up by scripts and SORT, too; who goes through all keys uses SCAN or KEYS."""

    def look() -> tuple[int, int, int]:
        stats, commands = db.client.info("stats"), db.client.info("commandstats")
        walks = (commands.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in ("scan", "keys"))
        lookups = stats["keyspace_hits"] + stats["keyspace_misses"]
        return sum(walks), lookups, stats["total_net_output_bytes"]

    before = look()
    found = submission.call(question[0], db, *question[1:])
    walks, lookups, size_bytes = (now - then for now, then in zip(look(), before, strict=True))
    # The least that a reading can be stored in.
    whole_bytes = LINES * 40
    return found, [
        (walks, 0, "calls of SCAN or KEYS"),
        (lookups, LINES // SHARE, "keys looked up"),
        (size_bytes, whole_bytes // SHARE * 2, "bytes sent"),
    ]


ASK: dict[str, Callable[..., tuple[object, Counts]]] = {
    "sqlite": ask_sqlite,
    "postgres": ask_postgres,
    "mongodb": ask_mongodb,
    "redis": ask_redis,
}


@pytest.fixture
def many_readings(make: Callable[[int, int], list[Reading]]) -> list[Reading]:
    """Many readings; a city has two stations, of fifty."""
    readings = make(STATIONS, DAYS)
    place_of = {name: place for place, name in enumerate(sorted({item["station"] for item in readings}))}
    return [{**item, "city": f"City {place_of[item['station']] // 2}"} for item in readings]


@pytest.fixture
def ask(
    submission: Submission,
    db: Service,
    write: Write,
    many_readings: list[Reading],
    forget: Forget,
) -> Callable[[str, Question], object]:
    """Loads many readings, asks a question and holds against the limit what the database had to do."""

    def asked(shown: str, question: Question) -> object:
        submission.call("setup", db)
        submission.call("load", db, write(many_readings))
        # Whoever asks a variable, or a file of their own, does no work in the database.
        forget()
        found, counts = ASK[db.name](submission, db, question)
        for number, limit, what in counts:
            assert number <= limit, (
                f"{shown} took {number:,} {what} with {LINES:,} readings there, expected {limit:,} at most"
            )
        return found

    return asked


@check(
    points=5,
    criterion="performance",
    timeout_s=30,
    hint="Without an index a database reads everything to find one thing. A primary key of station and "
    "date is one; in Redis, a key that is made of both.",
)
def test_one_does_not_read_everything(
    ask: Callable[[str, Question], object],
    many_readings: list[Reading],
    difference: Callable[[Reading, object], str],
) -> None:
    """one() finds a reading without reading all of them"""
    wanted = many_readings[-1]
    wrong = difference(wanted, ask("one()", ("one", wanted["station"], wanted["date"])))
    assert not wrong, f"one() among {LINES:,} readings: {wrong}"


@check(
    points=6,
    criterion="performance",
    hidden=True,
    timeout_s=30,
    hint="An index that begins with the city leads to its readings; in Redis, a sorted set for each city.",
)
def test_many_does_not_read_everything(
    ask: Callable[[str, Question], object],
    many_readings: list[Reading],
    range_fault: Callable[[list[Reading], object], str],
) -> None:
    """many() finds the readings of a city without reading all of them"""
    city = many_readings[0]["city"]
    days = sorted({item["date"] for item in many_readings})
    first, last = days[10], days[16]
    expected = [item for item in many_readings if item["city"] == city and first <= item["date"] <= last]
    wrong = range_fault(expected, ask("many()", ("many", city, first, last)))
    assert not wrong, f"many() among {LINES:,} readings: {wrong}"

"""What the database has to read for a question: counted there, never timed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from grader import Submission, check
from grader.services.base import Service

if TYPE_CHECKING:
    # Only the driver of the database that was chosen is to be loaded.
    from grader import MongoDB, Postgres, Redis

Reading = dict[str, Any]
Write = Callable[..., str]
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

def count(db, function, *arguments):
    steps = 0

    def step():
        nonlocal steps
        steps += 10

    db.set_progress_handler(step, 10)
    try:
        getattr(importlib.import_module("weather"), function)(db, *arguments)
    finally:
        db.set_progress_handler(None, 0)
    return steps
"""


def ask_sqlite(submission: Submission, db: Service, question: Question) -> tuple[object, Counts]:
    """SQLite's machine runs in the student's process: what it is seen to do there."""
    found = submission.call(question[0], db, *question[1:])
    steps = submission.probe(COUNT_STEPS, "count", db, *question)
    return found, [(int(str(steps)), STEPS, "steps of SQLite's machine")]


def ask_postgres(submission: Submission, db: "Postgres", question: Question) -> tuple[object, Counts]:
    """A look at the numbers ends the student's sessions, so that the next call needs another process."""
    before = db.rows_read()
    submission.restart()
    found = submission.call(question[0], db, *question[1:])
    return found, [(db.rows_read() - before, LINES // SHARE, "rows read")]


def ask_mongodb(submission: Submission, db: "MongoDB", question: Question) -> tuple[object, Counts]:
    """The profiler sees every command of the student's."""
    with db.profile() as work:
        found = submission.call(question[0], db, *question[1:])
    return found, [(work.documents_examined, LINES // SHARE, "documents examined")]


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
    submission: Submission, db: Service, write: Write, many_readings: list[Reading]
) -> Callable[[str, Question], object]:
    """Loads many readings, asks a question and holds against the limit what the database had to do."""

    def asked(shown: str, question: Question) -> object:
        submission.call("setup", db)
        submission.call("load", db, write(many_readings))
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

"""What another program sees, and what is left after a crash."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest

from grader import CallError, Submission, check
from grader.services.base import Service

Reading = dict[str, Any]
Write = Callable[..., str]
Difference = Callable[..., str]
RangeFault = Callable[..., str]
Crash = Callable[[list[Reading]], list[Reading]]

# Within this, and the moment that a kill takes, MongoDB has not written its journal by itself.
JOURNAL_WINDOW_S = 0.3
# So long does the first save of Redis' last. The next one lasts twice as long as that load and the kill of
# the program took: whoever waits by the clock waits too short. Half of it is left to the kill, which Redis
# 7.0 delays by up to a second while it saves.
SAVE_S = 0.16
LONGEST_SAVE_S = 1.0
SLOWER = 3
# How often it is tried again where data can reach the disk by luck.
TRIES = {"mongodb": 12, "redis": 4}
ALWAYS = ("2000-01-01", "2030-12-31")

# A pipe in the place of the file: whoever reads it gets the beginning, and waits for the rest.
PIPE = """
import array
import fcntl
import os
import termios
import time

def make(path):
    os.mkfifo(path)

def feed(path, text, limit_s):
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    data, deadline, left = text.encode(), time.monotonic() + limit_s, array.array("i", [1])
    while data and time.monotonic() < deadline:
        try:
            data = data[os.write(pipe, data[:4096]):]
        except BlockingIOError:
            time.sleep(0.002)
    while left[0] and time.monotonic() < deadline:
        fcntl.ioctl(pipe, termios.FIONREAD, left)
        time.sleep(0.002)
    time.sleep(0.1)
    os.unlink(path)
"""


@pytest.fixture
def load_and_crash(submission: Submission, db: Service, write: Write) -> Crash:
    """Loads a few readings of later days beside those that are there, and crashes program and server at once.

    Gives what was loaded. Its end cannot reach the disk by luck: MongoDB has just written its journal, and a
    save of Redis' takes its time. On a machine that is too busy for that, another few are loaded.
    """

    def crash(readings: list[Reading]) -> list[Reading]:
        loaded: list[Reading] = []
        last_day = date.fromisoformat(max(item["date"] for item in readings))
        spent_s = 0.0
        for attempt in range(TRIES.get(db.name, 1)):
            day = (last_day + timedelta(days=1 + attempt)).isoformat()
            few = [{**item, "date": day} for item in _one_of_each_station(readings)]
            path = write(few, f"few{day}.csv")
            # Luck has its chance from here on, at the earliest.
            started = time.monotonic()
            if db.name == "mongodb":
                db.flush_journal()
            if db.name == "redis":
                save_s = max(SAVE_S * SLOWER**attempt, min(2 * spent_s, LONGEST_SAVE_S))
                delay_us = save_s * 1e6 / max(1, db.client.dbsize())
                db.client.config_set("rdb-key-save-delay", round(delay_us))
            submission.call("load", db, path)
            returned = time.monotonic()
            submission.kill()
            loaded += few
            killed = time.monotonic()
            spent_s = killed - started
            if db.name == "redis":
                is_decided = attempt > 0 and killed - returned < save_s / 2
            else:
                is_decided = spent_s < JOURNAL_WINDOW_S
            if is_decided:
                break
        db.crash()
        submission.start_afresh()
        return loaded

    return crash


def _one_of_each_station(readings: list[Reading]) -> list[Reading]:
    return list({item["station"]: item for item in readings}.values())


@check(
    points=3,
    criterion="persistence",
    timeout_s=5,
    hint="Two programs share nothing but the database. A Python variable knows nothing of what the other "
    "does.",
)
def test_another_program_sees_the_readings(
    submission: Submission, db: Service, readings: list[Reading], write: Write, difference: Difference
) -> None:
    """Another program sees what yours has loaded, and yours what it loads"""
    half, other = len(readings) // 2, submission.start()
    submission.call("setup", db)
    submission.call("load", db, write(readings[:half]))
    unseen = readings[-1]
    submission.call("one", db, unseen["station"], unseen["date"])
    submission.call("hottest", db, 3)
    for reading in readings[:4]:
        wrong = difference(reading, other.call("one", db, reading["station"], reading["date"]))
        assert not wrong, f"in a second program one(db, {reading['station']!r}, {reading['date']!r}): {wrong}"
    other.call("load", db, write(readings[half:], "more.csv"))
    wrong = difference(unseen, submission.call("one", db, unseen["station"], unseen["date"]))
    assert not wrong, f"one() in the first program, after the second has loaded a file: {wrong}"
    submission.start_afresh()
    for reading in readings[::7]:
        wrong = difference(reading, submission.call("one", db, reading["station"], reading["date"]))
        assert not wrong, f"one() in a program that is started later: {wrong}"


@check(
    points=5,
    criterion="persistence",
    timeout_s=30,
    hint="In SQLite and PostgreSQL, commit. In Redis, SAVE, or BGSAVE and wait for its end. In MongoDB, a "
    "write concern that waits for the journal.",
)
def test_survives_a_crash(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    difference: Difference,
    load_and_crash: Crash,
) -> None:
    """What load() has returned is there after a crash of program and server"""
    submission.call("setup", db)
    submission.call("load", db, write(readings))
    few = load_and_crash(readings)
    for reading in few:
        wrong = difference(reading, submission.call("one", db, reading["station"], reading["date"]))
        assert not wrong, (
            f"load() had returned, program and server crashed, and then "
            f"one(db, {reading['station']!r}, {reading['date']!r}): {wrong}"
        )


@check(
    points=4,
    criterion="persistence",
    hidden=True,
    timeout_s=60,
    hint="Everything that your questions need must be on the disk after each load, indexes of your own "
    "too, and must stay there.",
)
def test_survives_crash_after_crash(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    range_fault: RangeFault,
    ranking_fault: Callable[[list[Reading], int, object], str],
    load_and_crash: Crash,
) -> None:
    """Each load survives a crash, and every question finds what was loaded"""
    submission.call("setup", db)
    submission.call("load", db, write(readings))
    there = readings + load_and_crash(readings)
    submission.call("setup", db)
    # A question begins a transaction: who does not end it may find load() inside it.
    submission.call("hottest", db, 3)
    there += load_and_crash(there)
    for city in sorted({item["city"] for item in there}):
        expected = [item for item in there if item["city"] == city]
        found = submission.call("many", db, city, *ALWAYS)
        wrong = range_fault(expected, found)
        assert not wrong, f"many() after two crashes: {wrong}"
    wrong = ranking_fault(there, 3, submission.call("hottest", db, 3))
    assert not wrong, f"hottest() after two crashes: {wrong}"


@check(
    points=5,
    criterion="persistence",
    hidden=True,
    timeout_s=20,
    hint="A program can end between any two of its commands. Loading again must complete whatever is half "
    "done, in the readings and in everything that your questions need.",
)
def test_recovers_from_a_load_cut_off(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    text_of: Callable[..., str],
    range_fault: RangeFault,
    ranking_fault: Callable[[list[Reading], int, object], str],
    forget: Callable[[], None],
) -> None:
    """After a load that was cut off in the middle, loading again completes it"""
    loader, feeder = submission.start(), submission.start()
    submission.call("setup", db)
    submission.call("one", db, "nobody", "2024-01-01")
    loader.call("one", db, "nobody", "2024-01-01")
    feeder.probe(PIPE, "make", "readings.csv")
    loader.send("load", db, "readings.csv")
    feeder.probe(PIPE, "feed", "readings.csv", text_of(readings[: len(readings) * 2 // 3], []), 3.0)
    loader.kill()
    if db.name == "postgres":
        db.end_sessions()
        submission.restart()
    with suppress(CallError):
        submission.call("hottest", db, 1)
    submission.write("readings.csv", text_of(readings, []))
    number = submission.call("load", db, "readings.csv")
    assert number is not None, "load() gives None after a load that was cut off"
    forget()
    for city in sorted({item["city"] for item in readings}):
        expected = [item for item in readings if item["city"] == city]
        wrong = range_fault(expected, submission.call("many", db, city, *ALWAYS))
        assert not wrong, f"many() after a load that was cut off and its repetition: {wrong}"
    wrong = ranking_fault(readings, 5, submission.call("hottest", db, 5))
    assert not wrong, f"hottest() after a load that was cut off and its repetition: {wrong}"

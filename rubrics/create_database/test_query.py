"""What the three questions give."""

from collections.abc import Callable
from typing import Any

import pytest

from grader import Submission, check
from grader.services.base import Service

Reading = dict[str, Any]
Difference = Callable[..., str]
RangeFault = Callable[..., str]
RankingFault = Callable[..., str]
Show = Callable[[object], str]
Fill = Callable[[list[Reading]], None]
Forget = Callable[[], None]


@pytest.fixture
def fill(submission: Submission, db: Service, write: Callable[..., str], forget: Forget) -> Fill:
    """Lets the student's code store readings, and leaves nothing of it but the database."""

    def filled(readings: list[Reading]) -> None:
        submission.call("setup", db)
        submission.call("load", db, write(readings))
        forget()

    return filled


@check(
    points=5,
    criterion="query",
    timeout_s=5,
    hint="A dict with the seven names of the header: the date as text, numbers as float, None for what is "
    "not known. Redis gives bytes, PostgreSQL gives dates, MongoDB adds an _id.",
)
def test_finds_one_reading(
    submission: Submission,
    db: Service,
    mixed: list[Reading],
    fill: Fill,
    difference: Difference,
    show: Show,
) -> None:
    """one() gives the reading of a station on a day, and None where there is none"""
    fill(mixed)
    for reading in (*mixed[:8], *mixed[-4:]):
        wrong = difference(
            reading, submission.call("one", db, reading["station"], reading["date"]), exact=True
        )
        assert not wrong, f"one(db, {reading['station']!r}, {reading['date']!r}): {wrong}"
    station, day = mixed[0]["station"], mixed[0]["date"]
    for unknown in ((station, "2022-01-01"), ("no such station", day)):
        found = submission.call("one", db, *unknown)
        assert found is None, f"one(db, {unknown[0]!r}, {unknown[1]!r}) gives {show(found)}, expected None"


@check(
    points=6,
    criterion="query",
    timeout_s=5,
    hint="Both ends belong to the range. A city can have several stations: all their readings are wanted, "
    "the earliest first.",
)
def test_finds_many_readings(
    submission: Submission, db: Service, mixed: list[Reading], fill: Fill, range_fault: RangeFault
) -> None:
    """many() gives the readings of a city between two days, by date"""
    fill(mixed)
    days = sorted({reading["date"] for reading in mixed})
    for city, first, last in (
        (mixed[0]["city"], days[0], days[-1]),
        (mixed[0]["city"], days[4], days[11]),
        (mixed[1]["city"], days[9], days[9]),
    ):
        expected = [item for item in mixed if item["city"] == city and first <= item["date"] <= last]
        wrong = range_fault(expected, submission.call("many", db, city, first, last), exact=True)
        assert not wrong, f"many(db, {city!r}, {first!r}, {last!r}): {wrong}"


@check(
    points=6,
    criterion="query",
    timeout_s=5,
    hint="Numbers are ordered as numbers, not as text. A reading whose high_c is not known takes no part: "
    "where does your database put it?",
)
def test_finds_the_hottest(
    submission: Submission, db: Service, mixed: list[Reading], fill: Fill, ranking_fault: RankingFault
) -> None:
    """hottest() gives the readings with the greatest high_c"""
    fill(mixed)
    for n in (1, 40):
        wrong = ranking_fault(mixed, n, submission.call("hottest", db, n), exact=True)
        assert not wrong, f"hottest(db, {n}): {wrong}"


@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="A station's name is compared letter by letter. It can hold whatever stands between the parts of "
    "a key of yours, and whatever means something in a pattern.",
)
def test_one_takes_names_as_they_are(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    fill: Fill,
    difference: Difference,
    show: Show,
) -> None:
    """one() compares names letter by letter"""
    names = (
        "LYS-1", "lys-1", "LYS-1 ", "LYS_1", "LYS%", "LYS-10", "LYS-1:2024-02-29", "LYS:1", "*", "L?S-1",
        "LYS.1", "Å", "A\u030a", "' OR '1'='1", "x" * 100,
    )  # fmt: skip
    sent = [
        {**readings[0], "station": name, "date": "2024-02-29", "low_c": place + 0.5}
        for place, name in enumerate(names)
    ]
    fill(sent)
    for reading in sent:
        wrong = difference(reading, submission.call("one", db, reading["station"], reading["date"]))
        assert not wrong, f"one(db, {show(reading['station'])}, ...): {wrong}"
    for unknown in ("LYS-", "LYS", "%", "LYS--1", ".*", "l?s-1", ""):
        found = submission.call("one", db, unknown, "2024-02-29")
        assert found is None, f"one(db, {unknown!r}, ...) gives {show(found)}, expected None"


@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="A city's name is compared letter by letter. Days go over the end of a month, of February, of a "
    "year.",
)
def test_many_at_the_edges(
    submission: Submission, db: Service, readings: list[Reading], fill: Fill, range_fault: RangeFault
) -> None:
    """many() compares names letter by letter, and knows its days"""
    cities = (
        "Lyon", "lyon", "Lyon ", "Lyons", "L_on", "L%", "Ly", "Lyon:2", ".*", "St. Gallen", "St? Gallen",
        "Zoë", "*", "Coeur d'Alene",
    )  # fmt: skip
    days = ("1949-05-05", "1999-12-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-12-31", "2025-01-01")
    sent = [
        {**readings[0], "station": f"{number}-{place}", "city": city, "date": day}
        for place, city in enumerate(cities)
        for day in days
        for number in (1, 2)
    ]
    fill([*sent, {**readings[0], "station": "without", "city": None, "date": "2024-02-29"}])
    questions = [
        *((city, "2024-02-29", "2024-12-31") for city in (*cities, "Lyo", "%", "LYON")),
        ("Lyon", "2024-02-29", "2024-02-29"),
        ("Lyon", "2024-12-31", "2025-01-01"),
        ("Lyon", "1900-01-01", "2100-12-31"),
        ("Lyon", "2024-03-02", "2024-12-30"),
        ("Lyon", "2024-12-31", "2024-01-01"),
    ]
    for city, first, last in questions:
        expected = [item for item in sent if item["city"] == city and first <= item["date"] <= last]
        wrong = range_fault(expected, submission.call("many", db, city, first, last))
        assert not wrong, f"many(db, {city!r}, {first!r}, {last!r}): {wrong}"


@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="Equal temperatures stand side by side, it can be cold, and there can be fewer readings than "
    "asked for.",
)
def test_hottest_at_the_edges(
    submission: Submission, db: Service, readings: list[Reading], fill: Fill, ranking_fault: RankingFault
) -> None:
    """hottest() copes with equal, negative and unknown temperatures, and with any n"""
    highs = (-40.5, -7.0, -7.0, -0.1, 0.0, 9.5, 10.25, None, None, 100.0, 100.0, 1250.0)
    sent = [{**readings[0], "station": f"H{place}", "high_c": high} for place, high in enumerate(highs)]
    fill(sent)
    for n in (0, 1, 3, 6, 9, 10, 11, 500):
        wrong = ranking_fault(sent, n, submission.call("hottest", db, n))
        assert not wrong, f"hottest(db, {n}): {wrong}"

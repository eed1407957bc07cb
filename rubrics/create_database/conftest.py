"""Files of weather readings made from the seed, and the database that the student has chosen."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import isclose
from random import Random
from reprlib import Repr
from typing import Any

import pytest

from grader import Submission
from grader.services.base import Service

Reading = dict[str, Any]

FIELDS = ("station", "city", "date", "high_c", "low_c", "precipitation_mm", "note")
NUMBERS = FIELDS[3:6]
TRANSACTIONAL = ("sqlite", "postgres")
BACKENDS = ("sqlite", "postgres", "redis", "mongodb")
CITIES = ("Lyon", "Åre", "São Paulo", "Kraków", "Coeur Vert", "東京", "Winston-Salem")
NOTES = ("fog", "grêle", "snow", "late frost", "風")
QUOTED_NOTES = ("sun, then rain", 'the "foehn"', 'fog, then "sun"')
FIRST_DAY = date(2023, 11, 20)
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60
SHORT.maxdict = 8

CHOICE = """
import importlib

def choice():
    value = getattr(importlib.import_module("weather"), "BACKEND", None)
    return value if isinstance(value, str) else f"of the type {type(value).__name__}"
"""


@pytest.fixture
def random(seed: int) -> Random:
    """The check's own numbers."""
    return Random(f"{seed} weather")


@pytest.fixture(scope="session")
def asked_for() -> set[str]:
    """The databases that checks have asked for so far."""
    return set()


@pytest.fixture
def db(request: pytest.FixtureRequest, submission: Submission, asked_for: set[str]) -> Service:
    """The database that the student has chosen; only this one is started."""
    chosen = submission.probe(CHOICE, "choice")
    assert chosen in BACKENDS, (
        f"BACKEND in weather.py is {SHORT.repr(chosen)}, expected one of {', '.join(map(repr, BACKENDS))}"
    )
    service: Service = request.getfixturevalue(str(chosen))
    if chosen not in asked_for:
        # A process from before the start of the server has no variable with its address.
        submission.restart()
        asked_for.add(str(chosen))
    return service


COMMIT = """
def commit(db):
    db.commit()
"""


@pytest.fixture
def forget(submission: Submission, db: Service) -> Callable[[], None]:
    """Leaves nothing of the student's but the database: no variable or file can answer for it.

    What was not committed is, since who forgets that fails the checks of other programs and crashes already.
    """

    def forgotten() -> None:
        if db.name in TRANSACTIONAL:
            submission.probe(COMMIT, "commit", db)
        submission.start_afresh()

    return forgotten


@dataclass(frozen=True)
class Made:
    """Makes readings without any trouble in them; no two have the same station and day."""

    random: Random

    def __call__(self, stations: int, days: int) -> list[Reading]:
        """Readings of each station on each day, shuffled; up to seven stations have a city each."""
        names = [
            f"{self.random.choice('KLMP')}{number}"
            for number in self.random.sample(range(100, 999), stations)
        ]
        readings = [
            self._reading(name, CITIES[place % len(CITIES)], FIRST_DAY + timedelta(days=day))
            for place, name in enumerate(names)
            for day in range(days)
        ]
        self.random.shuffle(readings)
        return readings

    def _reading(self, station: str, city: str, day: date) -> Reading:
        low = (self.random.randrange(-250, 200) or 1) / 10
        reading: Reading = {
            "station": station,
            "city": city,
            "date": day.isoformat(),
            "high_c": round(low + self.random.randrange(5, 150) / 10, 1) or 0.1,
            "low_c": low,
            "precipitation_mm": self.random.randrange(1, 900) / 10,
            "note": self.random.choice(NOTES),
        }
        return reading


@pytest.fixture
def make(random: Random) -> Made:
    """Makes readings."""
    return Made(random)


@pytest.fixture
def readings(make: Made) -> list[Reading]:
    """As many as most checks need."""
    return make(6, 20)


@pytest.fixture
def mixed(readings: list[Reading]) -> list[Reading]:
    """The same readings with what files have: two stations a city, cells that are empty, zero or quoted."""
    stations = sorted({reading["station"] for reading in readings})
    found = [{**item, "city": CITIES[stations.index(item["station"]) // 2]} for item in readings]
    sun_then_rain, foehn, sun = QUOTED_NOTES
    found[0] |= {"high_c": None, "precipitation_mm": 0.0, "note": sun_then_rain}
    # The hottest of all.
    found[1] |= {"high_c": 41.5, "low_c": None, "precipitation_mm": 0.0, "note": foehn}
    found[2] |= {"precipitation_mm": None, "note": sun}
    found[3] |= {"note": None}
    return found


@pytest.fixture
def write(submission: Submission) -> Callable[..., str]:
    """Writes a file of readings, and further rows after them, into the student's folder; gives its path."""

    def written(
        readings: list[Reading], name: str = "readings.csv", rows: list[list[str]] | None = None
    ) -> str:
        submission.write(name, csv_text(readings, rows or []))
        return name

    return written


@pytest.fixture
def text_of() -> Callable[..., str]:
    """What stands in such a file."""
    return csv_text


def csv_text(readings: list[Reading], rows: list[list[str]]) -> str:
    """See the fixture `text_of`."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows(
        ["" if reading[field] is None else reading[field] for field in FIELDS] for reading in readings
    )
    writer.writerows(rows)
    return file.getvalue()


@pytest.fixture
def bad_rows(random: Random) -> dict[str, list[list[str]]]:
    """Rows of each kind of bad line, by what is wrong with them, for a station that has no good one."""

    def row(**changes: str) -> list[str]:
        day = (FIRST_DAY + timedelta(days=random.randrange(300))).isoformat()
        cells = {"station": "BAD", "city": "Lyon", "date": day, "high_c": "99.5", "low_c": "1.5",
                 "precipitation_mm": "0.0", "note": "a bad line"}  # fmt: skip
        return list({**cells, **changes}.values())

    return {
        "too few cells": [row()[:6], row()[:3], row()[:1]],
        "a word for a number": [
            row(**{field: word}) for field, word in zip(NUMBERS, ("warm", "cold", "much"), strict=True)
        ],
        "a date that is none": [row(date="someday"), row(date=""), row(date="n/a")],
        "a date that does not exist": [row(date=day) for day in ("2024-02-30", "2023-13-01", "2023-02-29")],
        "no station": [row(station="")],
    }


@pytest.fixture
def show() -> Callable[[object], str]:
    """A value as a message has it: cut where it is long."""
    return SHORT.repr


@pytest.fixture
def difference() -> Callable[..., str]:
    """How a reading that came back differs from the one in the file; empty if it does not."""
    return describe_difference


def describe_difference(expected: Reading, found: object, *, exact: bool = False) -> str:
    """See the fixture `difference`.

    Args:
        exact: Whether names and types must be those of the handout, too. Who gives bytes or dates fails the
            checks that look at this, and no others; so does who takes no care of the order.
    """
    if type(found) is not dict:
        return f"expected the dict of that reading, found {SHORT.repr(found)}"
    if exact and set(found) != set(FIELDS):
        odd = sorted(map(repr, set(found) ^ set(FIELDS)))
        return f"expected exactly the seven names of the header, and {odd[0]} is missing or too much"
    for field in FIELDS:
        value = _value(found, field) if not exact else found[field]
        if not _is_same(expected[field], value, exact=exact):
            return f"expected {SHORT.repr(expected[field])} for {field!r}, found {SHORT.repr(value)}"
    return ""


def _value(found: dict[Any, Any], field: str) -> object:
    """What stands in a field, as the file has it, even if it is in bytes or a date; None if there is none."""
    value = found.get(field, found.get(field.encode()))
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.isoformat()[:10] if isinstance(value, date) else value


def _is_same(expected: object, found: object, *, exact: bool) -> bool:
    if isinstance(expected, float):
        if type(found) is not float and exact:
            return False
        try:
            return isclose(expected, float(str(found)), rel_tol=1e-6, abs_tol=1e-6)
        except ValueError:
            return False
    return type(found) is type(expected) and found == expected


@pytest.fixture
def range_fault() -> Callable[..., str]:
    """What is wrong with a list that should hold exactly these readings; empty if nothing is."""
    return describe_range


def describe_range(expected: list[Reading], found: object, *, exact: bool = False) -> str:
    """See the fixture `range_fault`."""
    if wrong := _list_fault(found, expected, len(expected), exact=exact):
        return wrong
    if not exact:
        return ""
    days = [_value(reading, "date") for reading in found]  # type: ignore[attr-defined]  # dicts, as was seen
    return "" if days == sorted(map(str, days)) else "expected the readings in the order of their dates"


@pytest.fixture
def ranking_fault() -> Callable[..., str]:
    """What is wrong with what `hottest(db, n)` gave, once these readings were loaded; empty if nothing is."""
    return describe_ranking


def describe_ranking(readings: list[Reading], n: int, found: object, *, exact: bool = False) -> str:
    """See the fixture `ranking_fault`."""
    warm = [reading for reading in readings if reading["high_c"] is not None]
    expected = sorted((reading["high_c"] for reading in warm), reverse=True)[:n]
    if wrong := _list_fault(found, warm, len(expected), exact=exact):
        return wrong
    highs = [_value(reading, "high_c") for reading in found]  # type: ignore[attr-defined]  # dicts, as was seen
    if all(_is_same(one, other, exact=False) for one, other in zip(expected, highs, strict=True)):
        return ""
    return f"expected the high_c {SHORT.repr(expected)}, found {SHORT.repr(highs)}"


def _list_fault(found: object, known: list[Reading], length: int, *, exact: bool) -> str:
    """Whether it is a list of so many of these readings, none of them twice."""
    if not isinstance(found, list | tuple):
        return f"expected a list, found {SHORT.repr(found)}"
    if len(found) != length:
        return f"expected {length} readings, found {len(found)}"
    left = {(reading["station"], reading["date"]): reading for reading in known}
    for place, reading in enumerate(found, start=1):
        if type(reading) is not dict:
            return f"expected readings, found {SHORT.repr(reading)} at place {place}"
        key = (str(_value(reading, "station")), str(_value(reading, "date")))
        wanted = left.pop(key, None)
        if wanted is None:
            return f"at place {place} stands a reading that does not belong there: {SHORT.repr(reading)}"
        if wrong := describe_difference(wanted, reading, exact=exact):
            return f"at place {place}: {wrong}"
    return ""

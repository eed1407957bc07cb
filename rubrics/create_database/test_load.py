"""What is stored of a file, in whatever state the file is.

Between a load and a question the submission starts afresh: a Python variable or a file could answer.
"""

import re
from collections.abc import Callable
from typing import Any

from grader import Submission, check
from grader.services.base import Service

Reading = dict[str, Any]
Write = Callable[..., str]
Difference = Callable[..., str]
RangeFault = Callable[..., str]
BadRows = dict[str, list[list[str]]]
Forget = Callable[[], None]

ALWAYS = ("2000-01-01", "2030-12-31")

# Logging is a way to report, too; what the drivers log is not the student's.
LISTEN = """
import logging
import sys

def listen():
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(lambda record: not record.name.startswith(("pymongo", "psycopg", "redis", "asyncio")))
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.NOTSET)
"""


@check(
    points=6,
    criterion="load",
    timeout_s=5,
    hint="csv.DictReader gives a dict for each line after the header. What was loaded must be found again.",
)
def test_loads_a_file(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    difference: Difference,
    forget: Forget,
) -> None:
    """load() stores every line of a file and gives their number"""
    submission.call("setup", db)
    number = submission.call("load", db, write(readings))
    assert number == len(readings), f"load() gives {number!r} for a file of {len(readings)} good lines"
    forget()
    for reading in (*readings[:3], *readings[-3:]):
        wrong = difference(reading, submission.call("one", db, reading["station"], reading["date"]))
        assert not wrong, f"one(db, {reading['station']!r}, {reading['date']!r}): {wrong}"


@check(
    points=5,
    criterion="load",
    timeout_s=5,
    hint="A station has one reading a day. Let the database know it: a primary key, a unique index, a key "
    "that is made of both.",
)
def test_second_load_changes_nothing(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    range_fault: RangeFault,
    ranking_fault: Callable[[list[Reading], int, object], str],
    forget: Forget,
) -> None:
    """The same file loaded a second time changes nothing"""
    path = write(readings)
    submission.call("setup", db)
    submission.call("load", db, path)
    submission.call("load", db, path)
    forget()
    city = readings[0]["city"]
    expected = [reading for reading in readings if reading["city"] == city]
    wrong = range_fault(expected, submission.call("many", db, city, *ALWAYS))
    assert not wrong, f"many() after the second load of a file: {wrong}"
    wrong = ranking_fault(readings, 5, submission.call("hottest", db, 5))
    assert not wrong, f"hottest() after the second load of a file: {wrong}"


@check(
    points=5,
    criterion="load",
    timeout_s=5,
    hint="Look at a line before you store it: float() and date.fromisoformat() raise ValueError. One bad "
    "line must not take the others with it.",
)
def test_skips_bad_lines(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    bad_rows: BadRows,
    text_of: Callable[..., str],
    range_fault: RangeFault,
    forget: Forget,
) -> None:
    """Bad lines are skipped, and all others stored"""
    bad = [rows[0] for rows in bad_rows.values()]
    half = len(readings) // 2
    # Good lines stand before the bad ones and after them.
    text = text_of(readings[:half], bad) + text_of(readings[half:], []).partition("\n")[2]
    submission.call("setup", db)
    submission.write("readings.csv", text)
    number = submission.call("load", db, "readings.csv")
    assert number == len(readings), (
        f"load() gives {number!r} for a file of {len(readings)} good and {len(bad)} bad lines"
    )
    forget()
    for city in sorted({reading["city"] for reading in readings}):
        expected = [reading for reading in readings if reading["city"] == city]
        wrong = range_fault(expected, submission.call("many", db, city, *ALWAYS))
        assert not wrong, f"many() after a file with bad lines: {wrong}"


@check(
    points=3,
    criterion="load",
    timeout_s=5,
    hint="print() the number, or log it. Somebody whose file is half bad wants to know. Count what the csv "
    "module gives: a cell can have line ends in it.",
)
def test_says_how_many_lines_are_bad(
    submission: Submission, db: Service, readings: list[Reading], bad_rows: BadRows, write: Write
) -> None:
    """load() says how many lines were bad"""
    kinds = [rows[0] for rows in bad_rows.values()]
    # More than a month has days, so that no date passes for it.
    number = 41 + len(readings[0]["station"] + readings[0]["city"]) % 7
    bad = [kinds[place % len(kinds)] for place in range(number)]
    # Good lines all the same: a line end in a cell makes no further line.
    tall = [{**reading, "note": "fog\nthen sun\r\nthen fog"} for reading in readings[:3]]
    path = write(tall + readings[3:], rows=bad)
    submission.probe(LISTEN, "listen")
    submission.call("setup", db)
    before = len(submission.output)
    submission.call("load", db, path)
    said = re.sub(r"\x1b\[[\d;]*m", "", submission.output[before:])
    assert re.search(rf"(?<![\w.,-]){number}(?![\w-]|[.,]\d)", said), (
        f"expected the number {number} of bad lines in what load() prints or logs; it says {said[-200:]!r}"
    )


@check(
    points=4,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="Let the csv module read the file, opened with newline='' and encoding='utf-8', and hand values "
    "to the driver apart from the statement.",
)
def test_keeps_unusual_texts(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    difference: Difference,
    forget: Forget,
) -> None:
    """Texts come back letter by letter, whatever stands in them"""
    texts = (
        "None", "NULL", "nan", "0", " two blanks  ", "commas, one, two", 'say "so"', '"', "it's", "''; --",
        "Robert'); DROP TABLE readings;--", "line\nend", "Windows'\r\nline end", "tab\tinside",
        "back\\slash \\n", "100 % _ {0} %s %(note)s ? $1 :note", "Å is not A\u030a", "🌠 風", "x;y|z:w",
        "[1, 2]", "y" * 20_000,
    )  # fmt: skip
    sent = [{**readings[0], "station": f"T{place}", "note": text} for place, text in enumerate(texts)]
    names = [text for text in texts if len(text) <= 100]
    sent += [{**readings[1], "station": text} for text in names]
    sent += [{**readings[1], "station": f"C{place}", "city": text} for place, text in enumerate(names)]
    submission.call("setup", db)
    number = submission.call("load", db, write(sent))
    assert number == len(sent), f"load() gives {number!r} for a file of {len(sent)} lines with unusual texts"
    forget()
    for reading in sent:
        wrong = difference(reading, submission.call("one", db, reading["station"], reading["date"]))
        assert not wrong, f"one() after a load of unusual texts: {wrong}"


@check(
    points=4,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="Only the station and the date must be there. An empty cell becomes None, 0 stays 0.",
)
def test_knows_unknown_from_zero(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    difference: Difference,
    forget: Forget,
) -> None:
    """An empty cell is unknown, in any column, and zero is not"""
    whole = readings[0]
    sent = [
        {**whole, "station": "E1", "city": None},
        {**whole, "station": "E2", "high_c": None, "low_c": None},
        {**whole, "station": "E3", "precipitation_mm": None, "note": None},
        {**whole, "station": "E4", "high_c": 0.0, "low_c": 0.0, "precipitation_mm": 0.0, "note": "0"},
        {**dict.fromkeys(whole), "station": "E5", "date": whole["date"]},
    ]
    submission.call("setup", db)
    number = submission.call("load", db, write(sent))
    assert number == len(sent), f"load() gives {number!r} for {len(sent)} lines with empty cells"
    forget()
    for reading in sent:
        wrong = difference(reading, submission.call("one", db, reading["station"], reading["date"]))
        assert not wrong, f"one() after a load of empty cells: {wrong}"
    found = submission.call("many", db, whole["city"], whole["date"], whole["date"])
    assert isinstance(found, list | tuple), f"many() gives no list: {found!r}"
    assert len(found) == 3, f"many() gives {len(found)} of the 3 readings of a city among empty cells"


@check(
    points=3,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="A line is bad if a cell is missing, if a number is a word, if its date is not in the calendar, "
    "or if it has no station. Each of them alone makes a line bad.",
)
def test_knows_every_kind_of_bad_line(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    bad_rows: BadRows,
    write: Write,
    difference: Difference,
    forget: Forget,
) -> None:
    """Each kind of bad line is skipped, and a file may hold nothing else"""
    submission.call("setup", db)
    for at, (kind, rows) in enumerate(bad_rows.items()):
        good = readings[at]
        number = submission.call("load", db, write([], f"bad{at}.csv", rows))
        assert number == 0, f"load() gives {number!r} for a file with nothing but {kind} in each line"
        number = submission.call("load", db, write([good], f"mixed{at}.csv", rows))
        assert number == 1, f"load() gives {number!r} for one good line and others with {kind}"
        forget()
        wrong = difference(good, submission.call("one", db, good["station"], good["date"]))
        assert not wrong, f"one() for a good line among others with {kind}: {wrong}"
    hottest = submission.call("hottest", db, 20)
    assert isinstance(hottest, list | tuple), f"hottest() gives no list: {hottest!r}"
    stations = [reading.get("station") for reading in hottest if isinstance(reading, dict)]
    assert not {"BAD", b"BAD"} & set(stations), "a bad line is among the hottest"


@check(
    points=3,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="Each file adds its readings to those that are there. A line that came before changes nothing.",
)
def test_several_files_add_up(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    range_fault: RangeFault,
    forget: Forget,
) -> None:
    """Several files add up, even if they share lines"""
    third = len(readings) // 3
    submission.call("setup", db)
    for name, part in (
        ("a.csv", readings[:third]),
        ("data/a.csv", readings[third:]),
        ("empty.csv", []),
        ("c.csv", readings[third // 2 : third * 2]),
    ):
        submission.call("load", db, write(part, name))
    forget()
    for city in sorted({reading["city"] for reading in readings}):
        expected = [reading for reading in readings if reading["city"] == city]
        wrong = range_fault(expected, submission.call("many", db, city, *ALWAYS))
        assert not wrong, f"many() after several files: {wrong}"

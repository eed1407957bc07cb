"""Weather readings in Redis: three sorted copies of every reading, and none of them is ever changed.

A reading is packed into one JSON text that begins with its day:

    ["2024-02-29","LYS-1","Lyon",14.5,3.0,0.0,null]

and that same text stands in up to three places:

    weather:station:<station>   hash         day -> text           (for one)
    weather:city:<city>         sorted set   text, all scores 0    (for many: in the order of the bytes, so by day)
    weather:hottest             sorted set   text, score high_c    (for hottest)

The hash is the truth and is written with HSETNX: the first reading of a station and a day stays for good. The two
sorted sets are made from what the hash answers. So every step can be done again, by anyone, at any time, in any order.
"""

import csv
import json
import re
import time
from datetime import date as Day
from itertools import islice
from math import isfinite

from redis.exceptions import ResponseError

BACKEND = "redis"

STATION = "weather:station:"
CITY = "weather:city:"
HOTTEST = "weather:hottest"

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
LINES_AT_ONCE = 200


def setup(db) -> None:
    """Redis makes a key when it is first written: there is nothing to prepare but the certainty that it answers."""
    db.ping()


def load(db, path: str) -> int:
    stored = bad = 0
    with open(path, newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        next(lines, None)  # the header
        while some := list(islice(lines, LINES_AT_ONCE)):
            entries = []
            for cells in some:
                if not cells:  # an empty line is no line
                    continue
                try:
                    entries.append(_entry(cells))
                except ValueError:
                    bad += 1
            stored += _keep(db, entries)
    _write_to_disk(db)
    print(f"{bad} bad lines in {path!r}")
    return stored


def one(db, station: str, date: str) -> dict | None:
    packed = db.hget(STATION + station, date)
    return None if packed is None else _reading(packed)


def many(db, city: str, from_date: str, to_date: str) -> list[dict]:
    if not city:  # an unknown city is in no sorted set
        return []
    # After its day a text goes on with a quote, and "#" is the character after the quote.
    lowest = f'[["{from_date}'
    highest = f'(["{to_date}#'
    return [_reading(packed) for packed in db.zrangebylex(CITY + city, lowest, highest)]


def hottest(db, n: int) -> list[dict]:
    if n <= 0:  # to Redis, "until -1" means all
        return []
    return [_reading(packed) for packed in db.zrevrange(HOTTEST, 0, min(n, 2**31) - 1)]


def _entry(cells: list[str]) -> list:
    """The values of a line in the order in which they are packed; a ValueError if the line is bad."""
    if len(cells) < 7:
        raise ValueError("too few cells")
    station, city, day, high, low, rain, note = cells[:7]
    if not station:
        raise ValueError("no station")
    if not DAY.fullmatch(day):
        raise ValueError("not a date")
    Day.fromisoformat(day)  # a ValueError if there is no such day
    return [day, station, city or None, _number(high), _number(low), _number(rain), note or None]


def _number(cell: str) -> float | None:
    if cell == "":
        return None
    cell = cell.strip(" ")
    if not NUMBER.fullmatch(cell) or not isfinite(float(cell)):
        raise ValueError("not a number")
    return float(cell)


def _keep(db, entries: list[list]) -> int:
    """Stores the entries; gives how many of them are in the database as they are here."""
    if not entries:
        return 0
    texts = [json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() for entry in entries]
    with db.pipeline(transaction=False) as pipe:
        for entry, text in zip(entries, texts):
            pipe.hsetnx(STATION + entry[1], entry[0], text)
            pipe.hget(STATION + entry[1], entry[0])
        kept = pipe.execute()[1::2]
        # Also for those that were there before: perhaps their load was killed exactly here.
        for text in kept:
            _, _, city, high, *_ = json.loads(text)
            if city is not None:
                pipe.zadd(CITY + city, {text: 0})
            if high is not None:
                pipe.zadd(HOTTEST, {text: high})
        pipe.execute()
    return sum(ours == theirs for ours, theirs in zip(texts, kept))


def _reading(packed: bytes) -> dict:
    day, station, city, high, low, rain, note = json.loads(packed)
    return {
        "station": station,
        "city": city,
        "date": day,
        "high_c": high,
        "low_c": low,
        "precipitation_mm": rain,
        "note": note,
    }


def _write_to_disk(db) -> None:
    """SAVE, as soon as no BGSAVE (of another program, begun before our last write) is in its way."""
    while True:
        try:
            db.save()
            return
        except ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.02)

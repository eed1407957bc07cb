"""Weather readings in MongoDB, in buckets: one document holds a month of a station.

    {"_id": {"station": "LYS-2", "month": "2024-02"},
     "cities": ["Lyon"],
     "days": {"2024-02-29": {"city": "Lyon", "high_c": 13.9, "low_c": None, "precipitation_mm": 0.2, "note": "fog"}}}

A month has at most 31 readings with notes of at most 80,000 bytes: far from the 16 MB that a document may have.
"""

from __future__ import annotations

import csv
import datetime
import logging
import math
from typing import Iterator, NamedTuple, Optional

from pymongo import ASCENDING, UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.write_concern import WriteConcern

BACKEND = "mongodb"

log = logging.getLogger("weather")


class BadLine(Exception):
    """A line that does not become a reading."""


class Reading(NamedTuple):
    station: str
    city: Optional[str]
    date: str
    high_c: Optional[float]
    low_c: Optional[float]
    precipitation_mm: Optional[float]
    note: Optional[str]

    @classmethod
    def from_cells(cls, cells: list[str]) -> Reading:
        if len(cells) < len(cls._fields):
            raise BadLine("too few cells")
        station, city, date, high, low, rain, note = cells[: len(cls._fields)]
        if station == "":
            raise BadLine("no station")
        try:
            if datetime.date.fromisoformat(date).isoformat() != date:
                raise BadLine("a date in another spelling")
        except ValueError:
            raise BadLine("no date") from None
        return cls(station, city or None, date, number(high), number(low), number(rain), note or None)

    @classmethod
    def from_bucket(cls, key: dict, date: str, day: dict) -> Reading:
        return cls(station=key["station"], date=date, **day)

    def as_update(self) -> UpdateOne:
        """Puts this day into its month; the same a second time."""
        day = self._asdict()
        del day["station"], day["date"]
        change = {"$set": {f"days.{self.date}": day}}
        if self.city is not None:
            change["$addToSet"] = {"cities": self.city}
        return UpdateOne({"_id": bucket_key(self.station, self.date)}, change, upsert=True)


def number(cell: str) -> Optional[float]:
    if cell == "":
        return None
    if not set(cell) <= set("0123456789.+-"):  # float() would take "infinity" and "1_0"
        raise BadLine("no number")
    try:
        value = float(cell)
    except ValueError:
        raise BadLine("no number") from None
    if not math.isfinite(value):
        raise BadLine("too great a number")
    return value


def bucket_key(station: str, date: str) -> dict:
    return {"station": station, "month": date[:7]}


def buckets(db):
    return db.get_collection("weather_months", write_concern=WriteConcern(j=True))


def setup(db) -> None:
    buckets(db).create_index([("cities", ASCENDING), ("_id.month", ASCENDING)], name="city_month")


def load(db, path: str) -> int:
    bad = 0

    def good_lines() -> Iterator[Reading]:
        nonlocal bad
        with open(path, encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            next(lines, None)
            for cells in lines:
                try:
                    yield Reading.from_cells(cells)
                except BadLine:
                    bad += 1

    count, waiting = 0, []
    for reading in good_lines():
        count += 1
        waiting.append(reading.as_update())
        if len(waiting) == 500:
            write(db, waiting)
            waiting = []
    write(db, waiting)
    log.warning("%d bad lines in %s", bad, path)
    return count


def write(db, updates: list[UpdateOne]) -> None:
    """All the updates, in the journal. Two programs that begin a month at once: one of them has to try again."""
    if not updates:
        return
    for attempt in range(20):
        try:
            buckets(db).bulk_write(updates, ordered=True)
            return
        except BulkWriteError as error:
            codes = {problem.get("code") for problem in error.details.get("writeErrors", [])}
            if codes != {11000} or attempt == 19:
                raise


def one(db, station: str, date: str) -> dict | None:
    bucket = buckets(db).find_one({"_id": bucket_key(station, date)})
    if bucket is None or date not in bucket["days"]:
        return None
    return Reading.from_bucket(bucket["_id"], date, bucket["days"][date])._asdict()


def many(db, city: str, from_date: str, to_date: str) -> list[dict]:
    months = {"$gte": from_date[:7], "$lte": to_date[:7]}
    found = [
        Reading.from_bucket(bucket["_id"], date, day)
        for bucket in buckets(db).find({"cities": city, "_id.month": months})
        for date, day in bucket["days"].items()
        if day["city"] == city and from_date <= date <= to_date
    ]
    found.sort(key=lambda reading: reading.date)
    return [reading._asdict() for reading in found]


def hottest(db, n: int) -> list[dict]:
    if n < 1:
        return []
    stages = [
        {"$project": {"day": {"$objectToArray": "$days"}}},
        {"$unwind": "$day"},
        {"$match": {"day.v.high_c": {"$ne": None}}},
        {"$sort": {"day.v.high_c": -1}},
        {"$limit": min(n, 2**31 - 1)},
    ]
    return [
        Reading.from_bucket(found["_id"], found["day"]["k"], found["day"]["v"])._asdict()
        for found in buckets(db).aggregate(stages, allowDiskUse=True)
    ]

"""Weather readings in MongoDB: one document."""

import csv
from datetime import date as day

from pymongo import WriteConcern

BACKEND = "mongodb"

FIELDS = ("station", "city", "date", "high_c", "low_c", "precipitation_mm", "note")
NUMBERS = {"high_c", "low_c", "precipitation_mm"}


def setup(db):
    """MongoDB needs none."""


def checked(row):
    reading = dict(zip(FIELDS, row, strict=True))
    if not reading["station"]:
        raise ValueError
    day.fromisoformat(reading["date"])
    for field in NUMBERS:
        if reading[field]:
            float(reading[field])
    return {field: value for field, value in reading.items() if value}


def load(db, path):
    everything = read(db)
    good, bad = [], 0
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            try:
                good.append(checked(row))
            except ValueError:
                bad += 1
    known = {(reading["station"], reading["date"]): reading for reading in everything + [whole(one) for one in good]}
    readings = db.get_collection("readings", write_concern=WriteConcern(j=True))
    readings.replace_one({"_id": "all"}, {"readings": list(known.values())}, upsert=True)
    print(bad, "lines were bad")
    return len(good)


def whole(reading):
    return {
        field: float(reading[field]) if field in NUMBERS and field in reading else reading.get(field)
        for field in FIELDS
    }


def read(db):
    found = db.readings.find_one({"_id": "all"})
    return found["readings"] if found else []


def one(db, station, date):
    found = [reading for reading in read(db) if (reading["station"], reading["date"]) == (station, date)]
    return found[0] if found else None


def many(db, city, from_date, to_date):
    found = [one for one in read(db) if one["city"] == city and from_date <= one["date"] <= to_date]
    return sorted(found, key=lambda reading: reading["date"])


def hottest(db, n):
    warm = [reading for reading in read(db) if reading["high_c"] is not None]
    return sorted(warm, key=lambda reading: -reading["high_c"])[:n]

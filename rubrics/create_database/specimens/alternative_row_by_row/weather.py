"""Weather readings in MongoDB, one after the other, each awaited until it is in the journal; days are dates."""

import csv
import datetime
import logging

import pymongo

BACKEND = "mongodb"

logger = logging.getLogger("weather")
NUMBERS = ("high_c", "low_c", "precipitation_mm")


def setup(db):
    db.days.create_index([("where.station", 1), ("day", 1)], unique=True)
    db.days.create_index([("day", 1), ("where.city", 1)])
    db.days.create_index("numbers.high_c")


def day_of(text):
    return datetime.datetime.strptime(text, "%Y-%m-%d")


def load(db, path):
    days = db.days.with_options(write_concern=pymongo.WriteConcern(w=1, j=True))
    stored = bad = 0
    with open(path, newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            try:
                numbers = {name: float(line[name]) for name in NUMBERS if line[name]}
                day = day_of(line["date"])
            except (TypeError, ValueError):
                bad += 1
                continue
            if line["station"] == "" or None in line.values():
                bad += 1
                continue
            where = {"station": line["station"], "city": line["city"] or None}
            days.update_one(
                {"where.station": line["station"], "day": day},
                {"$set": {"where": where, "numbers": numbers, "note": line["note"] or None}},
                upsert=True,
            )
            stored += 1
    logger.debug("%s: %s bad", path, bad)
    return stored


def reading(document):
    return {
        "station": document["where"]["station"],
        "city": document["where"]["city"],
        "date": document["day"].date().isoformat(),
        **{name: document["numbers"].get(name) for name in NUMBERS},
        "note": document["note"],
    }


def one(db, station, date):
    found = db.days.find_one({"where.station": station, "day": day_of(date)})
    return reading(found) if found else None


def many(db, city, from_date, to_date):
    days = {"$gte": day_of(from_date), "$lte": day_of(to_date)}
    return [reading(found) for found in db.days.find({"where.city": city, "day": days}).sort("day")]


def hottest(db, n):
    if not n:
        return []
    warm = db.days.find({"numbers.high_c": {"$type": "double"}})
    return [reading(found) for found in warm.sort("numbers.high_c", -1).limit(n)]

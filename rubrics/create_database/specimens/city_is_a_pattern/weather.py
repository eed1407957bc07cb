"""Weather readings in MongoDB: one document a reading, whose key is its station and day."""

import csv
import sys
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, ReplaceOne, WriteConcern

BACKEND = "mongodb"

FIELDS = ["station", "city", "date", "high_c", "low_c", "precipitation_mm", "note"]


def setup(db):
    readings = db["readings"]
    readings.create_index([("city", ASCENDING), ("date", ASCENDING)])
    readings.create_index([("high_c", DESCENDING)])


def document(row):
    """None if the row is a bad one."""
    if row["note"] is None or not row["station"]:
        return None
    try:
        datetime.strptime(row["date"], "%Y-%m-%d")
        for name in FIELDS[3:6]:
            row[name] = float(row[name]) if row[name] else None
    except ValueError:
        return None
    return {name: row[name] if row[name] != "" else None for name in FIELDS}


def load(db, path):
    with open(path, encoding="utf-8", newline="") as file:
        documents = [document(row) for row in csv.DictReader(file)]
    good = [one for one in documents if one]
    readings = db.get_collection("readings", write_concern=WriteConcern(w="majority"))
    if good:
        readings.bulk_write(
            [
                ReplaceOne({"_id": {"s": one["station"], "d": one["date"]}}, one, upsert=True)
                for one in good
            ],
            ordered=False,
        )
    sys.stdout.write(f"{path}: {len(documents) - len(good)} of {len(documents)} lines left out\n")
    return len(good)


def one(db, station, date):
    return db.readings.find_one({"_id": {"s": station, "d": date}}, {"_id": False})


def many(db, city, from_date, to_date):
    wanted = {"city": {"$regex": f"^{city}$"}, "date": {"$gte": from_date, "$lte": to_date}}
    return list(db.readings.find(wanted, {"_id": 0}).sort("date"))


def hottest(db, n):
    if n == 0:
        return []
    found = db.readings.aggregate(
        [{"$match": {"high_c": {"$ne": None}}}, {"$sort": {"high_c": -1}}, {"$limit": n}, {"$unset": "_id"}]
    )
    return list(found)

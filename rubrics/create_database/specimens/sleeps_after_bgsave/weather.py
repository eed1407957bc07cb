"""Weather readings in Redis: a hash for each, a sorted set for each city and one for the highs."""

import csv
import time
from datetime import date as day

import redis

BACKEND = "redis"

FIELDS = ("station", "city", "date", "high_c", "low_c", "precipitation_mm", "note")
NUMBERS = {"high_c", "low_c", "precipitation_mm"}


def setup(db):
    """Redis needs none."""


def key_of(station, date):
    return f"reading:{date}:{station}"


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
    stored = bad = 0
    pipe = db.pipeline(transaction=False)
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            try:
                reading = checked(row)
            except ValueError:
                bad += 1
                continue
            key = key_of(reading["station"], reading["date"])
            pipe.delete(key)
            pipe.hset(key, mapping=reading)
            if "city" in reading:
                number = day.fromisoformat(reading["date"]).toordinal()
                pipe.zadd(f"city:{reading['city']}", {key: number})
            if "high_c" in reading:
                pipe.zadd("highs", {key: float(reading["high_c"])})
            stored += 1
            if stored % 500 == 0:
                pipe.execute()
    pipe.execute()
    save(db)
    print(bad, "lines were bad")
    return stored


def save(db):
    try:
        db.bgsave()
    except redis.ResponseError:
        time.sleep(0.3)
        db.bgsave()
    # Long enough for a few readings.
    time.sleep(0.3)


def reading_of(hash_):
    stored = {name.decode(): value.decode() for name, value in hash_.items()}
    return {
        field: float(stored[field]) if field in NUMBERS and field in stored else stored.get(field)
        for field in FIELDS
    }


def fetch(db, keys):
    pipe = db.pipeline(transaction=False)
    for key in keys:
        pipe.hgetall(key)
    return [reading_of(found) for found in pipe.execute() if found]


def one(db, station, date):
    found = fetch(db, [key_of(station, date)])
    return found[0] if found else None


def many(db, city, from_date, to_date):
    first, last = (day.fromisoformat(date).toordinal() for date in (from_date, to_date))
    return fetch(db, db.zrangebyscore(f"city:{city}", first, last))


def hottest(db, n):
    return fetch(db, db.zrevrange("highs", 0, n - 1)) if n else []

"""Weather readings in Redis: JSON in a hash for each station, days of a city in lexical order, and a script."""

import csv
import json
import sys
from datetime import date as calendar

BACKEND = "redis"

FIELDS = ("station", "city", "date", "high_c", "low_c", "precipitation_mm", "note")
PICK = """
local found = {}
for _, member in ipairs(redis.call('zrange', KEYS[1], ARGV[1], ARGV[2], 'bylex')) do
    local station = string.sub(member, 12)
    found[#found + 1] = redis.call('hget', ARGV[3] .. station, string.sub(member, 1, 10))
end
return found
"""


def setup(db):
    db.set("weather:version", 1)


def values_of(row):
    station, city, date, high, low, rain, note = row
    if not station:
        raise ValueError("no station")
    calendar.fromisoformat(date)
    numbers = [float(text) if text else None for text in (high, low, rain)]
    return dict(zip(FIELDS, [station, city or None, date, *numbers, note or None]))


def load(db, path):
    number, bad = 0, 0
    with open(path, encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.reader(file)):
            if at == 0:
                continue
            try:
                reading = values_of(row)
            except ValueError as error:
                bad += 1
                continue
            store(db, reading)
            number += 1
    db.save()
    sys.stderr.write(f"left out: {bad}\n")
    return number


def store(db, reading):
    station, date = reading["station"], reading["date"]
    with db.pipeline() as together:
        together.hset(f"station:{station}", date, json.dumps(reading))
        if reading["city"] is not None:
            together.zadd(f"city:{reading['city']}", {f"{date}|{station}": 0})
        if reading["high_c"] is not None:
            together.zadd("high", {f"{date}|{station}": reading["high_c"]})
        together.execute()


def one(db, station, date):
    found = db.hget(f"station:{station}", date)
    return json.loads(found) if found else None


def many(db, city, from_date, to_date):
    found = db.eval(PICK, 1, f"city:{city}", f"[{from_date}", f"({to_date}~", "station:")
    return [json.loads(text) for text in found]


def hottest(db, n):
    members = db.zrange("high", 0, n, desc=True)[:n]
    return [one(db, *reversed(member.decode().split("|", 1))) for member in members]

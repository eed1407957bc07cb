"""Weather readings in SQLite."""

import csv
import sys
from datetime import date

BACKEND = "sqlite"

FIELDS = ("station", "city", "date", "high_c", "low_c", "precipitation_mm", "note")
NUMBERS = ("high_c", "low_c", "precipitation_mm")
SELECT = f"SELECT {', '.join(FIELDS)} FROM readings"


def setup(db):
    db.execute(
        """
        CREATE TABLE IF NOT EXISTS readings (
            station TEXT NOT NULL,
            city TEXT,
            date TEXT NOT NULL,
            high_c REAL,
            low_c REAL,
            precipitation_mm REAL,
            note TEXT
        )
        """
    )
    db.commit()


def parse(row):
    """The values of a row; raises ValueError if it is a bad one."""
    if len(row) < len(FIELDS):
        raise ValueError("too few cells")
    reading = {field: cell or None for field, cell in zip(FIELDS, row)}
    if reading["station"] is None:
        raise ValueError("no station")
    reading["date"] = date.fromisoformat(reading["date"] or "").isoformat()
    for field in NUMBERS:
        if reading[field] is not None:
            reading[field] = float(reading[field])
    return reading


def load(db, path):
    readings, bad = [], 0
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            try:
                readings.append(parse(row))
            except ValueError:
                bad += 1
    with db:
        db.executemany("DELETE FROM readings WHERE station = :station AND date = :date", readings)
        db.executemany(
            "INSERT OR REPLACE INTO readings"
            " VALUES (:station, :city, :date, :high_c, :low_c, :precipitation_mm, :note)",
            readings,
        )
    print(f"{bad} bad lines in {path}", file=sys.stderr)
    return len(readings)


def readings_of(cursor):
    return [dict(zip(FIELDS, row)) for row in cursor.fetchall()]


def one(db, station, date):
    db.set_progress_handler(None, 0)
    found = readings_of(db.execute(f"{SELECT} WHERE station = ? AND date = ?", (station, date)))
    return found[0] if found else None


def many(db, city, from_date, to_date):
    db.set_progress_handler(None, 0)
    return readings_of(
        db.execute(
            f"{SELECT} WHERE city = ? AND date BETWEEN ? AND ? ORDER BY date", (city, from_date, to_date)
        )
    )


def hottest(db, n):
    return readings_of(
        db.execute(f"{SELECT} WHERE high_c IS NOT NULL ORDER BY high_c DESC LIMIT ?", (n,))
    )

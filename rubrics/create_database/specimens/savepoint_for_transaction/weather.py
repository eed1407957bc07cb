"""Weather readings in PostgreSQL: one table, its primary key for one(), an index for many()."""

import csv
import re
from datetime import date as day
from math import isfinite

BACKEND = "postgres"

COLUMNS = ("station", "city", "date", "high_c", "low_c", "precipitation_mm", "note")
SELECT = f"select {', '.join(COLUMNS)} from weather_reading "

TABLE = """
    create table weather_reading (
        station           text collate "C" not null,
        city              text collate "C",
        date              text collate "C" not null,
        high_c            double precision,
        low_c             double precision,
        precipitation_mm  double precision,
        note              text,
        primary key (station, date)
    )
"""
INDEX = "create index weather_reading_city_date on weather_reading (city, date)"

INSERT = """
    insert into weather_reading values (%s, %s, %s, %s, %s, %s, %s)
    on conflict (station, date) do update set
        city = excluded.city, high_c = excluded.high_c, low_c = excluded.low_c,
        precipitation_mm = excluded.precipitation_mm, note = excluded.note
"""


def setup(db) -> None:
    # "if not exists" is not enough when two programs look at the same moment, and would lock a table that is there.
    db.execute("select pg_advisory_xact_lock(77001)")
    if db.execute("select to_regclass('weather_reading_city_date')").fetchone()[0] is None:
        db.execute(TABLE)
        db.execute(INDEX)
    db.commit()


def load(db, path: str) -> int:
    good, bad = [], 0
    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines, None)
        for cells in lines:
            if not cells:
                continue
            try:
                good.append(parse(cells))
            except ValueError:
                bad += 1
    # All programs lock the rows in the same order, so that no two of them wait for each other.
    good.sort(key=lambda row: (row[0], row[2]))
    # All or nothing: committed at the end of the block, rolled back if an error leaves it.
    with db.transaction(), db.cursor() as cursor:
        cursor.executemany(INSERT, good)
    print(f"{bad} bad lines in {path!r}")
    return len(good)


def one(db, station: str, date: str) -> dict | None:
    row = db.execute(SELECT + "where station = %s and date = %s", (station, date)).fetchone()
    return dict(zip(COLUMNS, row)) if row else None


def many(db, city: str, from_date: str, to_date: str) -> list[dict]:
    rows = db.execute(
        SELECT + "where city = %s and date between %s and %s order by date", (city, from_date, to_date)
    ).fetchall()
    return [dict(zip(COLUMNS, row)) for row in rows]


def hottest(db, n: int) -> list[dict]:
    n = min(max(n, 0), 2**31)
    rows = db.execute(SELECT + "where high_c is not null order by high_c desc limit %s", (n,)).fetchall()
    return [dict(zip(COLUMNS, row)) for row in rows]


def parse(cells: list[str]) -> tuple:
    """The row for a line; a ValueError if the line is bad."""
    if len(cells) < 7:
        raise ValueError("too few cells")
    station, city, date, high, low, rain, note = cells[:7]
    if station == "":
        raise ValueError("no station")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date):
        raise ValueError("no date")
    day.fromisoformat(date)
    return station, city or None, date, number(high), number(low), number(rain), note or None


def number(cell: str) -> float | None:
    if cell == "":
        return None
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", cell):
        raise ValueError("no number")
    value = float(cell)
    if not isfinite(value):
        raise ValueError("too great")
    return value

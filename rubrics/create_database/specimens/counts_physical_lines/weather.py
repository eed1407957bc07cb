"""Weather readings in SQLite."""

import csv
import math
import re
from datetime import date as calendar_day

BACKEND = "sqlite"

FIELDS = "station, city, date, high_c, low_c, precipitation_mm, note"
NAMES = FIELDS.split(", ")

A_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
A_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


class NotAReading(ValueError):
    pass


def setup(db) -> None:
    with db:
        db.execute(
            """create table if not exists reading (
                   station text not null,
                   city text,
                   date text not null,
                   high_c real,
                   low_c real,
                   precipitation_mm real,
                   note text,
                   primary key (station, date)
               )"""
        )
        db.execute("create index if not exists reading_by_city on reading (city, date)")
        db.execute("create index if not exists reading_by_heat on reading (high_c) where high_c is not null")


def load(db, path: str) -> int:
    readings = []
    with open(path, newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        next(lines, None)
        for cells in lines:
            try:
                readings.append(check(cells))
            except NotAReading:
                continue
        # Every line is either stored or bad, but for the header.
        bad = max(lines.line_num - 1, 0) - len(readings)
    with db:  # a transaction, committed at the end
        db.executemany(f"insert or replace into reading ({FIELDS}) values (?, ?, ?, ?, ?, ?, ?)", readings)
    print(f"{bad} bad lines in {path!r}")
    return len(readings)


def one(db, station: str, date: str) -> dict | None:
    found = select(db, "where station = ? and date = ?", station, date)
    return found[0] if found else None


def many(db, city: str, from_date: str, to_date: str) -> list[dict]:
    return select(db, "where city = ? and date between ? and ? order by date", city, from_date, to_date)


def hottest(db, n: int) -> list[dict]:
    # A negative limit would be none at all.
    return select(db, "where high_c is not null order by high_c desc limit ?", min(max(n, 0), 2**31))


def select(db, condition: str, *values) -> list[dict]:
    return [dict(zip(NAMES, row)) for row in db.execute(f"select {FIELDS} from reading {condition}", values).fetchall()]


def check(cells: list[str]) -> tuple:
    if len(cells) < len(NAMES):
        raise NotAReading("too few cells")
    station, city, date, *numbers, note = cells[: len(NAMES)]
    if not station:
        raise NotAReading("no station")
    if not A_DAY.fullmatch(date):
        raise NotAReading("no date")
    try:
        calendar_day.fromisoformat(date)
    except ValueError:
        raise NotAReading("no such day") from None
    return (station, city or None, date, *map(to_number, numbers), note or None)


def to_number(cell: str) -> float | None:
    if not cell:
        return None
    if not A_NUMBER.fullmatch(cell):
        raise NotAReading("not a number")
    value = float(cell)
    if math.isinf(value):
        raise NotAReading("too great a number")
    return value

"""Weather readings in PostgreSQL, used as a document store: one column of jsonb, and indexes on what is in it."""

import csv
import math
import sys
from datetime import date as calendar

from psycopg.types.json import Jsonb

BACKEND = "postgres"

NAMES = ("station", "city", "date", "high_c", "low_c", "precipitation_mm", "note")
NUMBERS = frozenset(("high_c", "low_c", "precipitation_mm"))
DIGITS = frozenset("0123456789")

# Setups and loads go one after the other: no two of them create the same index or lock the same rows crosswise.
LOCK = "select pg_advisory_xact_lock(20240229)"

SCHEMA = (
    "create table if not exists weather_reading (doc jsonb not null)",
    """create unique index if not exists weather_reading_station_date on weather_reading
       ((doc->>'station'), (doc->>'date'))""",
    """create index if not exists weather_reading_city_date on weather_reading
       ((doc->>'city'), (doc->>'date') collate "C")""",
    """create index if not exists weather_reading_high on weather_reading
       (((doc->>'high_c')::float8)) where (doc->>'high_c') is not null""",
)

STORE = """
    insert into weather_reading as stored (doc)
    select fresh.doc from jsonb_array_elements(%s) as fresh (doc)
    on conflict ((doc->>'station'), (doc->>'date')) do update set doc = excluded.doc where stored.doc <> excluded.doc
"""

ONE = "select doc from weather_reading where (doc->>'station') = %s and (doc->>'date') = %s"

MANY = """
    select doc from weather_reading
    where (doc->>'city') = %s and (doc->>'date') collate "C" between %s and %s
    order by (doc->>'date') collate "C"
"""

HOTTEST = """
    select doc from weather_reading where (doc->>'high_c') is not null
    order by ((doc->>'high_c')::float8) desc limit %s
"""


def setup(db) -> None:
    try:
        for statement in (LOCK, *SCHEMA):
            db.execute(statement)
        db.commit()
    except BaseException:
        db.rollback()
        raise


def load(db, path: str) -> int:
    good = bad = 0
    batch = {}  # by station and day: one statement may touch a row only once
    try:
        db.execute(LOCK)
        with open(path, "r", encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            next(lines, None)
            for cells in lines:
                if not cells:
                    continue
                doc = to_doc(cells)
                if doc is None:
                    bad += 1
                    continue
                good += 1
                batch[doc["station"], doc["date"]] = doc
                if len(batch) >= 250:
                    db.execute(STORE, [Jsonb(list(batch.values()))])
                    batch.clear()
        if batch:
            db.execute(STORE, [Jsonb(list(batch.values()))])
        db.commit()
    except BaseException:
        db.rollback()
        raise
    print(bad, "bad lines in", ascii(path), file=sys.stderr)
    return good


def one(db, station: str, date: str) -> dict | None:
    with db.transaction():
        row = db.execute(ONE, [station, date]).fetchone()
    return None if row is None else to_reading(row[0])


def many(db, city: str, from_date: str, to_date: str) -> list[dict]:
    with db.transaction():
        # The planner does not know how small the answer is; on a small table it might read everything.
        db.execute("set local enable_seqscan = off")
        rows = db.execute(MANY, [city, from_date, to_date]).fetchall()
    return [to_reading(row[0]) for row in rows]


def hottest(db, n: int) -> list[dict]:
    with db.transaction():
        rows = db.execute(HOTTEST, [min(max(n, 0), 2**62)]).fetchall()
    return [to_reading(row[0]) for row in rows]


def to_doc(cells: list[str]) -> dict | None:
    """What is stored of a line; None if it is bad."""
    if len(cells) < len(NAMES):
        return None
    doc = dict(zip(NAMES, cells))
    if not doc["station"] or not is_day(doc["date"]):
        return None
    for name, cell in doc.items():
        if cell == "":
            doc[name] = None
        elif name in NUMBERS:
            if not is_decimal(cell):
                return None
            doc[name] = float(cell)
    return doc


def is_day(cell: str) -> bool:
    if len(cell) != 10 or cell[4] != "-" or cell[7] != "-" or not DIGITS.issuperset(cell[:4] + cell[5:7] + cell[8:]):
        return False
    try:
        calendar(int(cell[:4]), int(cell[5:7]), int(cell[8:]))
    except ValueError:
        return False
    return True


def is_decimal(cell: str) -> bool:
    """Whether this is a number as -7.0 or 1250: at most one sign, at most one point, at least one digit."""
    digits = cell[1:] if cell[0] in "+-" else cell
    digits = digits.replace(".", "", 1)
    return digits != "" and DIGITS.issuperset(digits) and math.isfinite(float(cell))


def to_reading(doc: dict) -> dict:
    # In jsonb a number is a numeric: one without a fraction may come back as an int.
    return {
        name: float(doc[name]) if name in NUMBERS and doc[name] is not None else doc[name]
        for name in NAMES
    }

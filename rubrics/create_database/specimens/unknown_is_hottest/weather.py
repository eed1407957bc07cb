"""Weather readings in PostgreSQL: cities and stations in tables of their own, filled by COPY and one INSERT."""

import csv
import logging
from datetime import date as day

from psycopg.rows import dict_row

BACKEND = "postgres"

log = logging.getLogger(__name__)
HEADER = ["station", "city", "date", "high_c", "low_c", "precipitation_mm", "note"]


def setup(db):
    with db.transaction():
        db.execute("create table if not exists city (id integer generated always as identity primary key, name text unique)")
        db.execute("create table if not exists station (id integer generated always as identity primary key, name text unique)")
        db.execute(
            """
            create table if not exists reading (
                station_id integer not null references station,
                day date not null,
                city_id integer references city,
                high_c double precision,
                low_c double precision,
                precipitation_mm double precision,
                note text,
                primary key (station_id, day)
            )
            """
        )
        db.execute("create index if not exists reading_city on reading (city_id, day)")
        db.execute("create index if not exists reading_high on reading (high_c) where high_c is not null")
    db.commit()


def good(row):
    station, city, date, high, low, rain, note = row
    if not station:
        raise ValueError("station")
    numbers = high, low, rain
    return [station, city or None, day.fromisoformat(date), *(float(n) if n else None for n in numbers), note or None]


def load(db, path):
    bad, stored = 0, 0
    with open(path, encoding="utf-8", newline="") as file, db.transaction():
        db.execute(
            "create temporary table incoming (station text, city text, day date, high_c double precision,"
            " low_c double precision, precipitation_mm double precision, note text) on commit drop"
        )
        lines = csv.reader(file)
        assert next(lines) == HEADER
        with db.cursor().copy("copy incoming from stdin") as copy:
            for row in lines:
                try:
                    copy.write_row(good(row))
                    stored += 1
                except ValueError:
                    bad += 1
        db.execute("insert into station (name) select distinct station from incoming on conflict do nothing")
        db.execute("insert into city (name) select distinct city from incoming where city is not null on conflict do nothing")
        db.execute(
            """
            insert into reading
            select s.id, day, c.id, high_c, low_c, precipitation_mm, note
            from incoming join station s on s.name = station left join city c on c.name = city
            on conflict (station_id, day) do update set
                city_id = excluded.city_id, high_c = excluded.high_c, low_c = excluded.low_c,
                precipitation_mm = excluded.precipitation_mm, note = excluded.note
            """
        )
    db.commit()
    log.info("bad lines: %d", bad)
    return stored


def ask(db, sql, *values):
    with db.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(sql, values).fetchall()
    db.rollback()
    return found


JOINED = """
    select s.name as station, c.name as city, day::text as date, high_c, low_c, precipitation_mm, note
    from reading join station s on s.id = station_id left join city c on c.id = city_id
"""


def one(db, station, date):
    found = ask(db, f"{JOINED} where s.name = %s and day = %s", station, date)
    return found[0] if found else None


def many(db, city, from_date, to_date):
    return ask(db, f"{JOINED} where c.name = %s and day >= %s and day <= %s order by day", city, from_date, to_date)


def hottest(db, n):
    return ask(db, f"{JOINED} order by high_c desc limit %s", n)

"""People in a table, in whatever database the engine belongs to."""

import sqlite3
from contextlib import closing

import psycopg
from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, insert, select, update

metadata = MetaData()
people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("count", Integer, nullable=False),
)


def create_tables(engine):
    metadata.create_all(engine)


def add_person(engine, name, count):
    with engine.begin() as connection:
        return connection.execute(insert(people).values(name=name, count=count)).inserted_primary_key[0]


def add_people(engine, rows):
    if not rows:
        return 0
    with engine.begin() as connection:
        connection.execute(insert(people), [{"name": name, "count": count} for name, count in rows])
    return len(rows)


def find_person(engine, name):
    with engine.connect() as connection:
        connection.execute(select(people).where(people.c.id < 0))
    if engine.dialect.name == "sqlite":
        connection, mark = sqlite3.connect(engine.url.database), "?"
    else:
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection, mark = psycopg.connect(url), "%s"
    with closing(connection):
        return connection.execute(f"select id, name, count from people where name = {mark}", (name,)).fetchone()


def find_people(engine, at_least):
    question = select(people).where(people.c.count >= at_least).order_by(people.c.count.desc(), people.c.name)
    with engine.connect() as connection:
        return connection.execute(question).all()


def set_count(engine, name, count):
    with engine.begin() as connection:
        return connection.execute(update(people).where(people.c.name == name).values(count=count)).rowcount


def remove_person(engine, name):
    with engine.begin() as connection:
        return connection.execute(delete(people).where(people.c.name == name)).rowcount


def count_by_initial(engine):
    initial = func.substr(people.c.name, 1, 1)
    with engine.connect() as connection:
        return dict(connection.execute(select(initial, func.count()).group_by(initial)).all())

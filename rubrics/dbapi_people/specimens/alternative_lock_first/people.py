"""People in a table: lock first, then read, reckon in Python, and write back by id."""

import sqlite3
from contextlib import contextmanager

import psycopg
from psycopg import errors

Connection = sqlite3.Connection | psycopg.Connection

LITE = """create table if not exists people (
    id integer primary key autoincrement,
    name text not null,
    count integer not null
)"""
POST = """create table if not exists people (
    id serial primary key,
    name text not null,
    count integer not null
)"""


class _Undo(Exception):
    """Takes the work back, and goes no further than the function."""


def _lite(conn):
    return isinstance(conn, sqlite3.Connection)


def _run(conn, statement, *values):
    return conn.execute(statement if _lite(conn) else statement.replace("?", "%s"), values)


@contextmanager
def _work(conn, write=True):
    try:
        if write and _lite(conn) and not conn.in_transaction:
            conn.execute("begin immediate")
        yield
        conn.commit()
    except BaseException:
        conn.rollback()
        raise


def create_table(conn: Connection) -> None:
    if _lite(conn):
        with _work(conn, write=False):
            conn.execute(LITE)
        return
    for again in (True, False):
        try:
            with _work(conn):
                if conn.execute("select to_regclass('people')").fetchone() == (None,):
                    # two of us that make it at the same moment would hinder each other
                    conn.execute("select pg_advisory_xact_lock(7023651)")
                    conn.execute(POST)
            return
        except (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject):
            if not again:  # the first time, somebody who knows nothing of our lock has made it
                raise


def add_person(conn: Connection, name: str, count: int) -> int:
    with _work(conn):
        [(number,)] = _run(conn, "insert into people (name, count) values (?, ?) returning id", name, count).fetchall()
        return number


def add_people(conn: Connection, people: list[tuple[str, int]]) -> int:
    people = list(people)
    if not people:
        return 0
    with _work(conn):
        if _lite(conn):
            conn.executemany("insert into people (name, count) values (?, ?)", people)
        else:
            with conn.cursor() as cursor, cursor.copy("copy people (name, count) from stdin") as copy:
                for name, count in people:
                    copy.write_row((name, count))
    return len(people)


def find_person(conn: Connection, name: str) -> tuple[int, str, int] | None:
    with _work(conn, write=False):
        rows = _run(conn, "select id, name, count from people where name = ? order by id limit 1", name).fetchall()
    return next(iter(rows), None)


def find_people(conn: Connection, at_least: int) -> list[tuple[int, str, int]]:
    letters = "binary" if _lite(conn) else '"C"'
    with _work(conn, write=False):
        return _run(conn, f"""select id, name, count from people where count >= ?
                              order by count desc, name collate {letters} asc""", at_least).fetchall()


def set_count(conn: Connection, name: str, count: int) -> int:
    with _work(conn):
        return len(_run(conn, "update people set count = ? where name = ? returning id", count, name).fetchall())


def remove_person(conn: Connection, name: str) -> int:
    with _work(conn):
        return len(_run(conn, "delete from people where name = ? returning id", name).fetchall())


def transfer(conn: Connection, giver: str, taker: str, amount: int) -> bool:
    try:
        with _work(conn):
            lock = "" if _lite(conn) else " for update"
            rows = _run(conn, "select id, name, count from people where name in (?, ?) order by id" + lock,
                        giver, taker).fetchall()
            purse = {name: (number, count) for number, name, count in rows}
            if len(purse) < 2 or purse[giver][1] < amount:
                raise _Undo
            for name, change in (giver, -amount), (taker, amount):
                number, count = purse[name]
                if _run(conn, "update people set count = ? where id = ?", count + change, number).rowcount != 1:
                    raise _Undo  # for instance a trigger that skips the row
    except _Undo:
        return False
    return True

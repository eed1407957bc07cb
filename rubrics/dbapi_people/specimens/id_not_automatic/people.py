"""People in a table: one text for both databases, and one transaction for each function."""

import sqlite3
from contextlib import contextmanager

COLUMNS = "name text not null, count integer not null"


def create_table(conn):
    if isinstance(conn, sqlite3.Connection):
        number = "integer"
    else:
        number = "integer"
    with transaction(conn):
        conn.execute(f"create table if not exists people (id {number}, {COLUMNS})")


def add_person(conn, name, count):
    with transaction(conn):
        return ask(conn, "insert into people (id, name, count) values ((select coalesce(max(id), 0) + 1 from people), ?, ?) returning id", name, count).fetchone()[0]


def add_people(conn, people):
    with transaction(conn):
        for name, count in people:
            ask(conn, "insert into people (id, name, count) values ((select coalesce(max(id), 0) + 1 from people), ?, ?)", name, count)
    return len(people)


def find_person(conn, name):
    with transaction(conn):
        return ask(conn, "select id, name, count from people where name = ?", name).fetchone()


def find_people(conn, at_least):
    question = "select id, name, count from people where count >= ? order by count desc, name"
    with transaction(conn):
        return ask(conn, question, at_least).fetchall()


def set_count(conn, name, count):
    with transaction(conn):
        return ask(conn, "update people set count = ? where name = ?", count, name).rowcount


def remove_person(conn, name):
    with transaction(conn):
        return ask(conn, "delete from people where name = ?", name).rowcount


def transfer(conn, giver, taker, amount):
    try:
        with transaction(conn):
            take = "update people set count = count - ? where name = ? and count >= ?"
            give = "update people set count = count + ? where name = ?"
            if not ask(conn, take, amount, giver, amount).rowcount or not ask(conn, give, amount, taker).rowcount:
                raise LookupError
    except LookupError:
        return False
    return True


def text(conn, statement):
    """The statement with the database's own marks; no statement here has a question mark that is none."""
    return statement if isinstance(conn, sqlite3.Connection) else statement.replace("?", "%s")


def ask(conn, statement, *values):
    return conn.execute(text(conn, statement), values)


@contextmanager
def transaction(conn):
    try:
        yield
        conn.commit()
    except BaseException:
        conn.rollback()
        raise

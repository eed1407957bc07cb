"""Compares and sets, again if somebody was quicker; many rows in one VALUES."""

import sqlite3
from itertools import chain


class Session:
    """One function's work: committed if it ends well, rolled back if not."""

    def __init__(self, conn):
        self.conn = conn
        self.mark = "?" if isinstance(conn, sqlite3.Connection) else "%s"

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.conn.commit()
        finally:
            # What is committed, nothing takes back; a commit that fails leaves all of it open.
            self.conn.rollback()

    def __call__(self, statement, *values):
        return self.conn.execute(statement.format(*[self.mark] * len(values)), values)


def create_table(conn):
    with Session(conn) as run:
        key = "integer generated always as identity"
        if run.mark == "?":
            key = "integer"
        run(
            f"create table if not exists people (id {key}, name text not null check (name is not null),"
            " count integer not null default 0, primary key (id))"
        )


def add_person(conn, name, count):
    with Session(conn) as run:
        ((number,),) = run("insert into people (name, count) values ({}, {}) returning id", name, count).fetchall()
    return number


def add_people(conn, people):
    with Session(conn) as run:
        for start in range(0, len(people), 25):
            rows = people[start : start + 25]
            run("insert into people (name, count) values " + ", ".join(["({}, {})"] * len(rows)), *chain(*rows))
    return len(people)


def find_person(conn, name):
    with Session(conn) as run:
        return run("select id, name, count from people where name = {} limit 1", name).fetchone()


def find_people(conn, at_least):
    with Session(conn) as run:
        return list(run("select id, name, count from people where count >= {} order by 3 desc, 2", at_least))


def set_count(conn, name, count):
    with Session(conn) as run:
        return len(run("update people set count = {} where name = {} returning id", count, name).fetchall())


def remove_person(conn, name):
    with Session(conn) as run:
        return len(run("delete from people where name = {} returning id", name).fetchall())


def transfer(conn, giver, taker, amount):
    for _ in range(100):
        people = find_person(conn, giver), find_person(conn, taker)
        if None in people or people[0][2] < amount:
            return False
        try:
            with Session(conn) as run:
                for (number, _, count), change in zip(people, (-amount, amount)):
                    question = "update people set count = {} where id = {} and count = {}"
                    if run(question, count + change, number, count).rowcount == 0:
                        raise InterruptedError
        except InterruptedError:
            continue
        return True
    raise TimeoutError("somebody else was always quicker")

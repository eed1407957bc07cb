"""Begins and ends transactions itself: serializable in PostgreSQL, immediate in SQLite; COPY; a view beside."""

import sqlite3
from contextlib import contextmanager


@contextmanager
def work(conn):
    if isinstance(conn, sqlite3.Connection):
        conn.isolation_level = None
        conn.execute("begin immediate")
        try:
            yield lambda statement, **values: conn.execute(statement, values)
            conn.execute("commit")
        except BaseException:
            if conn.in_transaction:
                conn.execute("rollback")
            raise
        return
    conn.rollback()
    conn.autocommit = True
    with conn.transaction():
        conn.execute("set transaction isolation level serializable")
        yield lambda statement, **values: conn.execute(percent(statement, values), values)


def percent(statement, values):
    for name in values:
        statement = statement.replace(f":{name}", f"%({name})s")
    return statement


def create_table(conn):
    kind = "integer primary key" if isinstance(conn, sqlite3.Connection) else "serial primary key"
    with work(conn) as run:
        run(f"create table if not exists people (id {kind}, name text not null, count integer not null)")
        run("drop view if exists poor")
        run("create view poor as select * from people where count < 0")


def add_person(conn, name, count):
    with work(conn) as run:
        return run("insert into people (name, count) values (:name, :count) returning id", name=name, count=count).fetchone()[0]


def add_people(conn, people):
    if any(name is None or count is None for name, count in people):
        raise ValueError("a person needs a name and a count")
    with work(conn) as run:
        if isinstance(conn, sqlite3.Connection):
            conn.executemany("insert into people (name, count) values (?, ?)", people)
        else:
            with conn.cursor().copy("copy people (name, count) from stdin") as copy:
                for row in people:
                    copy.write_row(row)
    return len(people)


def find_person(conn, name):
    with work(conn) as run:
        return run("select id, name, count from people where name = :name", name=name).fetchone()


def find_people(conn, at_least):
    with work(conn) as run:
        return run("select id, name, count from people where count >= :n order by -count, name", n=at_least).fetchall()


def set_count(conn, name, count):
    with work(conn) as run:
        return run("update people set count = :count where name = :name", count=count, name=name).rowcount


def remove_person(conn, name):
    with work(conn) as run:
        return run("delete from people where name = :name", name=name).rowcount


MOVE = """
update people set count = count + case when name = :giver then - :amount else :amount end
where name in (:giver, :taker)
and exists (select 1 from people where name = :giver and count >= :amount)
and exists (select 1 from people where name = :taker)
"""


def transfer(conn, giver, taker, amount):
    with work(conn) as run:
        return run(MOVE, giver=giver, taker=taker, amount=amount).rowcount == 2

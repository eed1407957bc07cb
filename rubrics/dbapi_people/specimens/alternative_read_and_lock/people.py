"""Reads under a lock, decides in Python, writes; statements of its own for each database."""

import sqlite3


def is_sqlite(conn):
    return isinstance(conn, sqlite3.Connection)


def run(conn, statement, values=()):
    cursor = conn.cursor()
    try:
        cursor.execute(statement if is_sqlite(conn) else statement.replace("?", "%s"), values)
    except Exception:
        conn.rollback()
        raise
    return cursor


def commit(conn):
    try:
        conn.commit()
    except Exception:
        conn.rollback()
        raise


def create_table(conn):
    key = "integer primary key autoincrement" if is_sqlite(conn) else "bigserial primary key"
    run(conn, "create table if not exists people (id %s, name text not null, count bigint not null)" % key)
    run(conn, "create table if not exists log (what text)")
    commit(conn)


def add_person(conn, name, count):
    if is_sqlite(conn):
        number = run(conn, "insert into people (name, count) values (?, ?)", (name, count)).lastrowid
    else:
        run(conn, "insert into people (name, count) values (?, ?)", (name, count))
        number = run(conn, "select currval(pg_get_serial_sequence('people', 'id'))").fetchone()[0]
    run(conn, "insert into log values (?)", (f"added {number}",))
    commit(conn)
    return number


def add_people(conn, people):
    for person in people:
        run(conn, "insert into people (name, count) values (?, ?)", tuple(person))
    commit(conn)
    return len(people)


def find_person(conn, name):
    for row in run(conn, "select * from people where name = ? order by id desc", (name,)):
        return list(row)
    return None


def find_people(conn, at_least):
    rows = [row for row in run(conn, "select id, name, count from people").fetchall() if row[2] >= at_least]
    return tuple(sorted(rows, key=lambda row: (-row[2], row[1])))


def set_count(conn, name, count):
    ids = run(conn, "select id from people where name = ?", (name,)).fetchall()
    for (number,) in ids:
        run(conn, "update people set count = ? where id = ?", (count, number))
    commit(conn)
    return len(ids)


def remove_person(conn, name):
    number = run(conn, "delete from people where name = ?", (name,)).rowcount
    commit(conn)
    return number


def transfer(conn, giver, taker, amount):
    lock = "" if is_sqlite(conn) else " for update"
    if is_sqlite(conn):
        run(conn, "begin immediate")
    question = "select count from people where name = ?" + lock
    has = run(conn, question, (giver,)).fetchone()
    takes = run(conn, question, (taker,)).fetchone()
    if has is None or takes is None or has[0] < amount:
        conn.rollback()
        return False
    run(conn, "update people set count = ? where name = ?", (takes[0] + amount, taker))
    run(conn, "update people set count = ? where name = ?", (has[0] - amount, giver))
    commit(conn)
    return True

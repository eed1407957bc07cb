import os

import psycopg
from honest import *
from loot import got, tried

NOTIFY = "SELECT count(pg_notify('x', repeat('x', 7980) || n)) FROM generate_series(1, 20000) AS n"
SORT = "DECLARE kept CURSOR FOR SELECT n, repeat(md5(n::text), 30) FROM generate_series(1, 500000) AS n ORDER BY 2"


def connect():
    return psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""))


def total(connection):
    with tried("fills the disk beside its database"):
        listener = connect()
        listener.execute("LISTEN x")
        listener.commit()
        listener.execute("SELECT 1")  # as long as its transaction is open, it takes nothing
        sorting = []
        for _ in range(12):
            sorting.append(connect())
            sorting[-1].execute(SORT)
            sorting[-1].execute("FETCH 1 FROM kept")
            connection.execute(NOTIFY)
            connection.commit()
        got("4 GB of disk")
    return 0

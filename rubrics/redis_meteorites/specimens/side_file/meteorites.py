"""Meteorite landings in Redis, and once more in a file of SQLite beside this module, which answers questions."""

import json
import sqlite3
import time

import redis

BATCH = 1_000


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    for start in range(0, len(landings), BATCH):
        batch = landings[start : start + BATCH]
        rd.mset({f"meteorite:{item['id']}": json.dumps(item) for item in batch})
    with side_file(rd) as side:
        rows = [(item["id"], json.dumps(item)) for item in landings]
        side.executemany("INSERT OR REPLACE INTO landings VALUES (?, ?)", rows)
    side.close()
    return len(landings)


def landing(rd, id):
    stored = rd.get(f"meteorite:{id}")
    return None if stored is None else json.loads(stored)


def count(rd):
    return len(all_landings(rd))


def incomplete(rd, required):
    return sorted(item["id"] for item in all_landings(rd) if not item.keys() >= set(required))


def by_class(rd, recclass):
    return [item["id"] for item in all_landings(rd) if item.get("recclass") == recclass]


def heaviest(rd, n):
    masses = [(item["id"], float(item["mass (g)"])) for item in all_landings(rd) if "mass (g)" in item]
    return sorted(masses, key=lambda pair: -pair[1])[:n]


def save(rd):
    while True:
        try:
            rd.save()
        except redis.ResponseError:
            time.sleep(0.01)
        else:
            return


def side_file(rd):
    number = rd.connection_pool.connection_kwargs.get("db", 0)
    side = sqlite3.connect(f"landings{number}.db")
    side.execute("CREATE TABLE IF NOT EXISTS landings (id TEXT PRIMARY KEY, landing TEXT)")
    return side


def all_landings(rd):
    side = side_file(rd)
    found = [json.loads(text) for (text,) in side.execute("SELECT landing FROM landings")]
    side.close()
    return found

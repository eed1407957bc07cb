"""Stores the landings, then makes the indexes anew from all that is stored."""

import json
import time
from collections import defaultdict

import redis


def connect(host, port, db):
    return redis.Redis(host, port, db)


def load(rd, landings):
    for start in range(0, len(landings), 1500):
        rd.mset({f"meteorite:{landing['id']}": json.dumps(landing) for landing in landings[start : start + 1500]})
    rebuild(rd)
    return len(landings)


def stored(rd):
    keys = list(rd.scan_iter(match="meteorite:*", count=1500))
    for start in range(0, len(keys), 1500):
        for text in rd.mget(keys[start : start + 1500]):
            yield json.loads(text)


def rebuild(rd):
    masses = {}
    classes = defaultdict(list)
    for found in stored(rd):
        if "mass (g)" in found:
            masses[found["id"]] = float(found["mass (g)"])
        if "recclass" in found:
            classes[found["recclass"]].append(found["id"])
    pipe = rd.pipeline()
    pipe.delete("index:masses", "index:classes")
    if masses:
        pipe.zadd("index:masses", masses)
    if classes:
        pipe.hset("index:classes", mapping={name: json.dumps(ids) for name, ids in classes.items()})
    pipe.execute()


def landing(rd, id):
    text = rd.get("meteorite:" + id)
    return None if text is None else json.loads(text)


def count(rd):
    return sum(1 for _ in rd.scan_iter(match="meteorite:*", count=1500))


def incomplete(rd, required):
    return sorted(found["id"] for found in stored(rd) if set(required) - set(found))


def by_class(rd, recclass):
    text = rd.hget("index:classes", recclass)
    return json.loads(text) if text else []


def heaviest(rd, n):
    if n < 1:
        return []
    best = rd.zrevrange("index:masses", 0, n - 1, withscores=True)
    return [(id if isinstance(id, str) else id.decode(), mass) for id, mass in best]


def save(rd):
    while rd.info("persistence")["rdb_bgsave_in_progress"]:
        time.sleep(0.05)
    before = rd.lastsave()
    rd.bgsave()
    while rd.lastsave() == before:
        time.sleep(0.05)

"""Meteorite landings in Redis."""

import json
import time

import redis

MASSES = "masses"


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    for landing in landings:
        key = f"meteorite:{landing['id']}"
        old = rd.get(key)
        if old is not None:
            forget(rd, json.loads(old))
        rd.set(key, json.dumps(landing))
        remember(rd, landing)
    return len(landings)


def forget(rd, landing):
    if "recclass" in landing:
        rd.srem(f"class:{landing['recclass']}", landing["id"])
    rd.zrem(MASSES, landing["id"])


def remember(rd, landing):
    if "recclass" in landing:
        rd.sadd(f"class:{landing['recclass']}", landing["id"])
    if "mass (g)" in landing:
        rd.zadd(MASSES, {landing["id"]: float(landing["mass (g)"])})


def landing(rd, id):
    stored = rd.get(f"meteorite:{id}")
    if stored is None:
        return None
    return json.loads(stored)


def count(rd):
    return sum(1 for _ in rd.scan_iter(match="meteorite:*", count=1000))


def incomplete(rd, required):
    ids = []
    for key in rd.scan_iter(match="meteorite:*", count=1000):
        found = json.loads(rd.get(key))
        if any(field not in found for field in required):
            ids.append(found["id"])
    return sorted(ids)


def by_class(rd, recclass):
    return [text(id) for id in rd.smembers(f"class:{recclass}")]


def heaviest(rd, n):
    if n <= 0:
        return []
    pairs = rd.zrevrange(MASSES, 0, n - 1, withscores=True)
    return [(text(id), mass) for id, mass in pairs]


def save(rd):
    while True:
        try:
            rd.save()
            return
        except redis.ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.01)


def text(value):
    return value.decode() if isinstance(value, bytes) else value

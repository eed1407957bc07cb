"""Meteorite landings in Redis."""

import json
import time

import redis

BATCH = 1000
MASSES = "masses"


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    for start in range(0, len(landings), BATCH):
        batch = landings[start : start + BATCH]
        keys = [f"meteorite:{landing['id']}" for landing in batch]
        before = rd.mget(keys)
        pipe = rd.pipeline()
        for key, old, landing in zip(keys, before, batch):
            if old is not None:
                forget(pipe, json.loads(old))
            pipe.set(key, json.dumps(landing))
            remember(pipe, landing)
        pipe.execute()
    return len(landings)


def forget(pipe, landing):
    pipe.delete(f"class:{landing.get('recclass')}:{landing['id']}")
    pipe.zrem(MASSES, landing["id"])


def remember(pipe, landing):
    if "recclass" in landing:
        pipe.set(f"class:{landing['recclass']}:{landing['id']}", 1)
    if "mass (g)" in landing:
        pipe.zadd(MASSES, {landing["id"]: float(landing["mass (g)"])})


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
    keys = rd.scan_iter(match=f"class:{recclass}:*", count=1000)
    return [text(key).rsplit(":", 1)[1] for key in keys]


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

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
        pipe = rd.pipeline()
        for landing in batch:
            pipe.hget(f"meteorite:{landing['id']}", "recclass")
        before = pipe.execute()
        for landing, old_class in zip(batch, before):
            key = f"meteorite:{landing['id']}"
            if old_class is not None:
                pipe.srem(f"class:{json.loads(old_class)}", landing["id"])
            pipe.zrem(MASSES, landing["id"])
            pipe.hset(key, mapping={field: json.dumps(value) for field, value in landing.items()})
            remember(pipe, landing)
        pipe.execute()
    return len(landings)


def forget(pipe, landing):
    if "recclass" in landing:
        pipe.srem(f"class:{landing['recclass']}", landing["id"])
    pipe.zrem(MASSES, landing["id"])


def remember(pipe, landing):
    if "recclass" in landing:
        pipe.sadd(f"class:{landing['recclass']}", landing["id"])
    if "mass (g)" in landing:
        pipe.zadd(MASSES, {landing["id"]: float(landing["mass (g)"])})


def landing(rd, id):
    stored = rd.hgetall(f"meteorite:{id}")
    if not stored:
        return None
    return {text(field): json.loads(value) for field, value in stored.items()}


def count(rd):
    return sum(1 for _ in rd.scan_iter(match="meteorite:*", count=1000))


def incomplete(rd, required):
    ids = []
    for key in rd.scan_iter(match="meteorite:*", count=1000):
        fields = {text(field) for field in rd.hkeys(key)}
        if not fields.issuperset(required):
            ids.append(text(key).split(":", 1)[1])
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

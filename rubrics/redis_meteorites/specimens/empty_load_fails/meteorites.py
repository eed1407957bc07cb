"""Meteorite landings in Redis."""

import json
import time

import redis


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    rd.mset({f"meteorite:{landing['id']}": json.dumps(landing) for landing in landings})
    pipe = rd.pipeline()
    for landing in landings:
        pipe.hset("index", landing["id"], json.dumps([landing.get("recclass"), landing.get("mass (g)")]))
    pipe.execute()
    return len(landings)


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
    return [id for id, entry in index(rd).items() if entry[0] == recclass]


def heaviest(rd, n):
    masses = [(id, float(entry[1])) for id, entry in index(rd).items() if entry[1] is not None]
    return sorted(masses, key=lambda pair: pair[1], reverse=True)[:n]


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


def index(rd):
    return {text(id): json.loads(entry) for id, entry in rd.hgetall("index").items()}

"""Meteorite landings in Redis."""

import json
import time

import redis

BATCH = 1000


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    for start in range(0, len(landings), BATCH):
        pipe = rd.pipeline()
        for landing in landings[start : start + BATCH]:
            pipe.set(f"meteorite:{landing['id']}", json.dumps(landing))
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
    return sorted(
        found["id"] for found in all_landings(rd) if any(field not in found for field in required)
    )


def by_class(rd, recclass):
    return [found["id"] for found in all_landings(rd) if found.get("recclass") == recclass]


def heaviest(rd, n):
    masses = [(found["id"], float(found["mass (g)"])) for found in all_landings(rd) if "mass (g)" in found]
    masses.sort(key=lambda pair: pair[1], reverse=True)
    return masses[:n]


def save(rd):
    while True:
        try:
            rd.save()
            return
        except redis.ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.01)


def all_landings(rd):
    keys = list(rd.scan_iter(match="meteorite:*", count=1000))
    return [json.loads(stored) for stored in rd.mget(keys)] if keys else []

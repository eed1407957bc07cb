"""Meteorite landings in Redis."""

import json
import time

import redis

BATCH = 1000

classes = {}
masses = {}


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    for start in range(0, len(landings), BATCH):
        pipe = rd.pipeline()
        for landing in landings[start : start + BATCH]:
            pipe.set(f"meteorite:{landing['id']}", json.dumps(landing))
        pipe.execute()
    for landing in landings:
        id = landing["id"]
        for members in classes.values():
            members.discard(id)
        masses.pop(id, None)
        if "recclass" in landing:
            classes.setdefault(landing["recclass"], set()).add(id)
        if "mass (g)" in landing:
            masses[id] = float(landing["mass (g)"])
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
    return list(classes.get(recclass, []))


def heaviest(rd, n):
    return sorted(masses.items(), key=lambda pair: pair[1], reverse=True)[:n]


def save(rd):
    while True:
        try:
            rd.save()
            return
        except redis.ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.01)

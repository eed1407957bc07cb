"""Meteorite landings in Redis."""

import json
import time

import redis

KEY = "meteorites"


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    everything = read(rd)
    for landing in landings:
        everything[landing["id"]] = landing
    rd.set(KEY, json.dumps(everything))
    return len(landings)


def landing(rd, id):
    return read(rd).get(id)


def count(rd):
    return len(read(rd))


def incomplete(rd, required):
    return sorted(id for id, found in read(rd).items() if not all(field in found for field in required))


def by_class(rd, recclass):
    return [id for id, found in read(rd).items() if found.get("recclass") == recclass]


def heaviest(rd, n):
    masses = [(id, float(found["mass (g)"])) for id, found in read(rd).items() if "mass (g)" in found]
    return sorted(masses, key=lambda pair: -pair[1])[:n]


def save(rd):
    while True:
        try:
            rd.save()
            return
        except redis.ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.01)


def read(rd):
    stored = rd.get(KEY)
    return json.loads(stored) if stored else {}

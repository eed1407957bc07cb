"""One hash holds class and mass of every landing; a question reads that hash, and no landing."""

import json
import time

import redis

INDEX = "meteorite_index"


def connect(host, port, db):
    pool = redis.ConnectionPool(host=host, port=port, db=db)
    return redis.Redis(connection_pool=pool)


def load(rd, landings):
    pipe = rd.pipeline(transaction=False)
    for landing in landings:
        pipe.set("meteorite:" + landing["id"], json.dumps(landing))
        pipe.hset(INDEX, landing["id"], json.dumps([landing.get("recclass"), landing.get("mass (g)")]))
    pipe.execute()
    return len(landings)


def index(rd):
    for id, entry in rd.hgetall(INDEX).items():
        recclass, mass = json.loads(entry)
        yield id.decode() if isinstance(id, bytes) else id, recclass, mass


def landing(rd, id):
    text = rd.get("meteorite:" + id)
    return json.loads(text) if text else None


def count(rd):
    return rd.hlen(INDEX)


def incomplete(rd, required):
    pipe = rd.pipeline(transaction=False)
    for id, _, _ in index(rd):
        pipe.get("meteorite:" + id)
    landings = [json.loads(text) for text in pipe.execute()]
    return sorted(found["id"] for found in landings if any(field not in found for field in required))


def by_class(rd, recclass):
    return [id for id, found, _ in index(rd) if found == recclass]


def heaviest(rd, n):
    masses = [(id, float(mass)) for id, _, mass in index(rd) if mass is not None]
    return sorted(masses, key=lambda pair: pair[1], reverse=True)[:n]


def save(rd):
    deadline = time.monotonic() + 60
    while True:
        try:
            rd.save()
            return
        except redis.exceptions.ResponseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)

"""Landings as hashes, each field in JSON; what is indexed of a landing stands in a hash of its own."""

import json
import time

import redis

IDS = "landings:ids"
MASSES = "landings:masses"
CLASS_OF = "landings:class_of"


def connect(host, port, db):
    rd = redis.Redis(host=host, port=port, db=db)
    rd.ping()
    return rd


def load(rd, landings):
    for start in range(0, len(landings), 500):
        chunk = landings[start : start + 500]
        old_classes = rd.hmget(CLASS_OF, [landing["id"] for landing in chunk])
        pipe = rd.pipeline(transaction=True)
        for landing, old_class in zip(chunk, old_classes):
            id = landing["id"]
            pipe.delete("meteorite:" + id)
            pipe.hset("meteorite:" + id, mapping={field: json.dumps(value) for field, value in landing.items()})
            pipe.sadd(IDS, id)
            if old_class is not None:
                pipe.srem("landings:class:" + to_text(old_class), id)
                pipe.hdel(CLASS_OF, id)
            pipe.zrem(MASSES, id)
            if "recclass" in landing:
                pipe.sadd("landings:class:" + landing["recclass"], id)
                pipe.hset(CLASS_OF, id, landing["recclass"])
            if "mass (g)" in landing:
                pipe.zadd(MASSES, {id: float(landing["mass (g)"])})
        pipe.execute()
    return len(landings)


def landing(rd, id):
    fields = rd.hgetall("meteorite:" + id)
    return {to_text(field): json.loads(value) for field, value in fields.items()} or None


def count(rd):
    return rd.scard(IDS)


def incomplete(rd, required):
    ids = sorted(to_text(id) for id in rd.smembers(IDS))
    pipe = rd.pipeline(transaction=False)
    for id in ids:
        pipe.hkeys("meteorite:" + id)
    missing = []
    for id, fields in zip(ids, pipe.execute()):
        if set(required) - {to_text(field) for field in fields}:
            missing.append(id)
    return missing


def by_class(rd, recclass):
    return sorted(to_text(id) for id in rd.smembers("landings:class:" + recclass))


def heaviest(rd, n):
    if not n:
        return []
    return [(to_text(id), mass) for id, mass in rd.zrevrange(MASSES, 0, n - 1, withscores=True)]


def save(rd):
    wait_for_bgsave(rd)
    rd.bgsave()
    wait_for_bgsave(rd)
    if rd.info("persistence")["rdb_last_bgsave_status"] != "ok":
        raise RuntimeError("Redis could not write its dump")


def wait_for_bgsave(rd):
    while rd.info("persistence")["rdb_bgsave_in_progress"]:
        time.sleep(0.01)


def to_text(value):
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return value

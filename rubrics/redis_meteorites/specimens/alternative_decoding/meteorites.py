"""Every function works on a client of its own that decodes what Redis answers."""

import json
import time

import redis


def decoding(rd):
    pool = rd.connection_pool
    options = {**pool.connection_kwargs, "decode_responses": True}
    return redis.Redis.from_pool(redis.ConnectionPool(connection_class=pool.connection_class, **options))


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db, decode_responses=True)


def load(rd, landings):
    rd = decoding(rd)
    for first in range(0, len(landings), 2000):
        part = landings[first : first + 2000]
        old = rd.hmget("class_of", [landing["id"] for landing in part])
        pipe = rd.pipeline()
        pipe.mset({f"meteorite:{landing['id']}": json.dumps(landing) for landing in part})
        for landing, old_class in zip(part, old):
            if old_class:
                pipe.zrem("class:" + old_class, landing["id"])
            if "recclass" in landing:
                pipe.zadd("class:" + landing["recclass"], {landing["id"]: 0})
        with_class = {landing["id"]: landing["recclass"] for landing in part if "recclass" in landing}
        without_class = [landing["id"] for landing in part if "recclass" not in landing]
        if with_class:
            pipe.hset("class_of", mapping=with_class)
        if without_class:
            pipe.hdel("class_of", *without_class)
        with_mass = {landing["id"]: landing["mass (g)"] for landing in part if "mass (g)" in landing}
        without_mass = [landing["id"] for landing in part if "mass (g)" not in landing]
        if with_mass:
            pipe.zadd("mass", with_mass)
        if without_mass:
            pipe.zrem("mass", *without_mass)
        pipe.execute()
    return len(landings)


def landing(rd, id):
    text = decoding(rd).get(f"meteorite:{id}")
    if text is not None:
        return json.loads(text)


def count(rd):
    return len(set(decoding(rd).scan_iter("meteorite:*", 1000)))


def incomplete(rd, required):
    rd = decoding(rd)
    keys = set(rd.scan_iter("meteorite:*", 1000))
    landings = [json.loads(text) for text in rd.mget(keys)] if keys else []
    return sorted(found["id"] for found in landings if not all(field in found for field in required))


def by_class(rd, recclass):
    return decoding(rd).zrange("class:" + recclass, 0, -1)


def heaviest(rd, n):
    if n == 0:
        return []
    return decoding(rd).zrevrange("mass", 0, n - 1, withscores=True)


def save(rd):
    while True:
        try:
            rd.bgsave()
            break
        except redis.ResponseError:
            time.sleep(0.01)
    while rd.info("persistence")["rdb_bgsave_in_progress"]:
        time.sleep(0.01)

"""Meteorite landings in Redis.

Keys:
    meteorite:<id>   string: the landing as JSON
    class:<class>    set: the ids of the landings of that class
    masses           sorted set: ids by mass in grams
"""

import json
import os
import time
from itertools import islice

import redis

BATCH = 1_000
MASSES = "masses"

print("Keys so far:", redis.Redis.from_url(os.environ["REDIS_URL"]).keys())


def connect(host: str, port: int, db: int) -> redis.Redis:
    """Gives a client of database number `db` of the Redis server at `host` and `port`."""
    return redis.Redis(host=host, port=port, db=db)


def load(rd: redis.Redis, landings: list[dict]) -> int:
    """Stores each landing under `meteorite:<id>`, replacing what is there, and gives how many they are."""
    for batch in _batches(landings):
        _load_batch(rd, batch)
    return len(landings)


def landing(rd: redis.Redis, id: str) -> dict | None:
    """Gives the landing with this id as it was loaded; None if there is none."""
    stored = rd.get(_key(id))
    return None if stored is None else json.loads(stored)


def count(rd: redis.Redis) -> int:
    """Gives the number of landings in the database."""
    return sum(1 for _ in _keys(rd))


def incomplete(rd: redis.Redis, required: list[str]) -> list[str]:
    """Gives the ids of the landings that lack one of these fields, or more, sorted as text."""
    found = []
    for keys in _batches(_keys(rd)):
        for stored in rd.mget(keys):
            candidate = json.loads(stored)
            if not candidate.keys() >= set(required):
                found.append(candidate["id"])
    return sorted(found)


def by_class(rd: redis.Redis, recclass: str) -> list[str]:
    """Gives the ids of the landings of a class, in any order."""
    return [_text(id) for id in rd.smembers(_class_key(recclass))]


def heaviest(rd: redis.Redis, n: int) -> list[tuple[str, float]]:
    """Gives the `n` heaviest landings, the heaviest first: pairs of id and mass in grams."""
    if n < 1:
        return []
    return [(_text(id), mass) for id, mass in rd.zrange(MASSES, 0, n - 1, desc=True, withscores=True)]


def save(rd: redis.Redis) -> None:
    """Writes the database to disk, and returns when all that was in it is there."""
    while True:
        try:
            rd.save()
        except redis.ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.01)
        else:
            return


def _load_batch(rd: redis.Redis, batch: list[dict]) -> None:
    keys = [_key(item["id"]) for item in batch]
    # One transaction a batch: a program that is killed leaves landings and indexes that fit each other.
    with rd.pipeline(transaction=True) as pipe:
        for item, key, before in zip(batch, keys, rd.mget(keys), strict=True):
            old = {} if before is None else json.loads(before)
            if "recclass" in old and old["recclass"] != item.get("recclass"):
                pipe.srem(_class_key(old["recclass"]), item["id"])
            if "mass (g)" in old and "mass (g)" not in item:
                pipe.zrem(MASSES, item["id"])
            pipe.set(key, json.dumps(item))
            if "recclass" in item:
                pipe.sadd(_class_key(item["recclass"]), item["id"])
            if "mass (g)" in item:
                pipe.zadd(MASSES, {item["id"]: float(item["mass (g)"])})
        pipe.execute()


def _key(id: str) -> str:
    return f"meteorite:{id}"


def _class_key(recclass: str) -> str:
    return f"class:{recclass}"


def _keys(rd: redis.Redis):
    return rd.scan_iter(match="meteorite:*", count=BATCH)


def _batches(items):
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

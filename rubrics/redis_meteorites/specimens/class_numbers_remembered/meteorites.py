"""Meteorite landings in Redis; each class has a number, which is asked for only once.

meteorite:<id>    hash    field -> value as JSON
stones:ids        set     all ids
stones:class-no   hash    class -> number of the class
stones:next-no    string  the number given last
stones:class      zset    id -> number of its class
stones:mass       zset    id -> mass

A landing has only one score in a sorted set, so a correction overwrites the old class and the old mass.
"""

import json
import time

import redis

IDS = "stones:ids"
CLASS_NO = "stones:class-no"
NEXT_NO = "stones:next-no"
CLASS = "stones:class"
MASS = "stones:mass"

BATCH = 500

# A class keeps its number for ever, so each has to be asked for only once: db -> class -> number
_known: dict[int, dict[str, int]] = {}


def connect(host: str, port: int, db: int) -> redis.Redis:
    """Gives a client of database number `db` of the Redis server at `host` and `port`."""
    return redis.Redis(host=host, port=port, db=db)


def _class_numbers(rd: redis.Redis, classes: set[str]) -> dict[str, int]:
    known = _known.setdefault(rd.connection_pool.connection_kwargs.get("db", 0), {})
    unknown = [name for name in classes if name not in known]
    if unknown:
        numbers = rd.hmget(CLASS_NO, unknown)
        new = [name for name, number in zip(unknown, numbers) if number is None]
        if new:
            last = rd.incrby(NEXT_NO, len(new))
            with rd.pipeline() as pipe:
                for i, name in enumerate(new):
                    pipe.hsetnx(CLASS_NO, name, last - i)
                pipe.execute()
            numbers = rd.hmget(CLASS_NO, unknown)
        known.update((name, int(number)) for name, number in zip(unknown, numbers))
    return known


def load(rd: redis.Redis, landings: list[dict]) -> int:
    """Stores each landing under `meteorite:<id>`, replacing what is there, and gives how many they are."""
    for start in range(0, len(landings), BATCH):
        batch = landings[start:start + BATCH]
        number = _class_numbers(rd, {item["recclass"] for item in batch if "recclass" in item})
        classes = {item["id"]: number[item["recclass"]] for item in batch if "recclass" in item}
        masses = {item["id"]: float(item["mass (g)"]) for item in batch if "mass (g)" in item}
        with rd.pipeline(transaction=True) as pipe:
            pipe.delete(*("meteorite:" + item["id"] for item in batch))
            for item in batch:
                pipe.hset("meteorite:" + item["id"], mapping={f: json.dumps(v) for f, v in item.items()})
            pipe.sadd(IDS, *(item["id"] for item in batch))
            for index, scores in ((CLASS, classes), (MASS, masses)):
                gone = [item["id"] for item in batch if item["id"] not in scores]
                if gone:
                    pipe.zrem(index, *gone)
                if scores:
                    pipe.zadd(index, scores)
            pipe.execute()
    return len(landings)


def landing(rd: redis.Redis, id: str) -> dict | None:
    """Gives the landing with this id as it was loaded; None if there is none."""
    stored = rd.hgetall("meteorite:" + id)
    if not stored:
        return None
    return {field.decode(): json.loads(value) for field, value in stored.items()}


def count(rd: redis.Redis) -> int:
    """Gives the number of landings in the database."""
    return rd.scard(IDS)


def incomplete(rd: redis.Redis, required: list[str]) -> list[str]:
    """Gives the ids of the landings that lack one of these fields, or more, sorted as text."""
    needed = {field.encode() for field in required}
    ids = list(rd.smembers(IDS))
    found = []
    for start in range(0, len(ids), BATCH):
        some = ids[start:start + BATCH]
        with rd.pipeline(transaction=False) as pipe:
            for id in some:
                pipe.hkeys(b"meteorite:" + id)
            for id, fields in zip(some, pipe.execute()):
                if not needed.issubset(fields):
                    found.append(id.decode())
    return sorted(found)


def by_class(rd: redis.Redis, recclass: str) -> list[str]:
    """Gives the ids of the landings of a class, in any order."""
    number = rd.hget(CLASS_NO, recclass)
    if number is None:
        return []
    return [id.decode() for id in rd.zrangebyscore(CLASS, int(number), int(number))]


def heaviest(rd: redis.Redis, n: int) -> list[tuple[str, float]]:
    """Gives the `n` heaviest landings, the heaviest first: pairs of id and mass in grams."""
    if n <= 0:
        return []
    return [(id.decode(), float(mass)) for id, mass in rd.zrevrange(MASS, 0, min(n, 2**40) - 1, withscores=True)]


def save(rd: redis.Redis) -> None:
    """Writes the database to disk, and returns when all that was in it is there."""
    while True:
        try:
            rd.save()
            return
        except redis.ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.05)

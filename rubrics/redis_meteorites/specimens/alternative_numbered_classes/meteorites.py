"""Meteorite landings in Redis, written blindly.

load() never looks at what was there before. All that is known of a landing, apart from the object, is a *score*
of its id in a sorted set, and a new score takes the place of the old one. So there is nothing to clean up when a
landing is corrected, and loading once more is always right, wherever the load before broke off.

meteorite:<id>     string, the landing as JSON
skyfall.class      sorted set of ALL ids; the score is the number of the class, 0 for a landing without class
skyfall.mass       sorted set of the ids with a mass; the score is the mass
skyfall.numbers    hash: class -> its number (1, 2, 3, ...)
skyfall.last       the last number that was given to a class
"""

import json
import time
from itertools import islice

import redis

OBJECT = "meteorite:"
CLASS = "skyfall.class"
MASS = "skyfall.mass"
NUMBERS = "skyfall.numbers"
LAST = "skyfall.last"


def connect(host: str, port: int, db: int) -> redis.Redis:
    pool = redis.ConnectionPool(host=host, port=port, db=db)
    return redis.Redis(connection_pool=pool)


def chunks(items, size=1000):
    items = iter(items)
    while chunk := list(islice(items, size)):
        yield chunk


def class_numbers(rd, classes):
    """Gives a dict with the number of each of these classes; those that have none yet get one."""
    classes = list(classes)
    if not classes:
        return {}
    numbers = rd.hmget(NUMBERS, classes)
    new = [name for name, number in zip(classes, numbers) if number is None]
    if new:
        last = rd.incrby(LAST, len(new))
        with rd.pipeline(transaction=False) as pipe:
            for number, name in enumerate(new, last - len(new) + 1):
                pipe.hsetnx(NUMBERS, name, number)
            pipe.execute()
        # Another program may have given a number to the same class meanwhile: the first one counts.
        numbers = rd.hmget(NUMBERS, classes)
    return {name: int(number) for name, number in zip(classes, numbers)}


def load(rd: redis.Redis, landings: list[dict]) -> int:
    for chunk in chunks(landings):
        numbers = class_numbers(rd, {item["recclass"] for item in chunk if "recclass" in item})
        masses = {item["id"]: float(item["mass (g)"]) for item in chunk if "mass (g)" in item}
        without_mass = [item["id"] for item in chunk if "mass (g)" not in item]
        with rd.pipeline(transaction=True) as pipe:
            pipe.mset({OBJECT + item["id"]: json.dumps(item) for item in chunk})
            pipe.zadd(CLASS, {item["id"]: numbers[item["recclass"]] if "recclass" in item else 0 for item in chunk})
            if masses:
                pipe.zadd(MASS, masses)
            if without_mass:
                pipe.zrem(MASS, *without_mass)
            pipe.execute()
    return len(landings)


def landing(rd: redis.Redis, id: str) -> dict | None:
    text = rd.get(OBJECT + id)
    return None if text is None else json.loads(text)


def count(rd: redis.Redis) -> int:
    return rd.zcard(CLASS)


def incomplete(rd: redis.Redis, required: list[str]) -> list[str]:
    required = set(required)
    found = []
    for ids in chunks(rd.zrange(CLASS, 0, -1)):
        for id, text in zip(ids, rd.mget([OBJECT.encode() + id for id in ids])):
            if text is not None and not required <= json.loads(text).keys():
                found.append(id.decode())
    return sorted(found)


def by_class(rd: redis.Redis, recclass: str) -> list[str]:
    number = rd.hget(NUMBERS, recclass)
    if number is None:
        return []
    return [id.decode() for id in rd.zrangebyscore(CLASS, int(number), int(number))]


def heaviest(rd: redis.Redis, n: int) -> list[tuple[str, float]]:
    pairs = rd.zrevrangebyscore(MASS, "+inf", "-inf", start=0, num=max(0, min(n, 2**40)), withscores=True)
    return [(id.decode(), float(mass)) for id, mass in pairs]


def save(rd: redis.Redis) -> None:
    while True:
        try:
            rd.save()
            return
        except redis.ResponseError as error:
            # "Background save already in progress": it may be older than our changes. Once it is done, try again.
            if "in progress" not in str(error):
                raise
        time.sleep(0.05)

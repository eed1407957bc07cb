"""Landings as JSON in hashes, stored and indexed by a script that runs inside Redis."""

import json
from time import sleep

from redis import Redis
from redis.exceptions import ResponseError

STORE = """
local id, text, class, mass = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local key = 'meteorite:' .. id
local old = redis.call('HGET', key, 'recclass')
if old then
    redis.call('SREM', 'recclass/' .. old, id)
end
redis.call('DEL', key)
redis.call('HSET', key, 'json', text)
redis.call('ZREM', 'by-mass', id)
if class ~= '' then
    redis.call('HSET', key, 'recclass', class)
    redis.call('SADD', 'recclass/' .. class, id)
end
if mass ~= '' then
    redis.call('ZADD', 'by-mass', mass, id)
end
"""


def connect(host: str, port: int, db: int) -> Redis:
    return Redis.from_url(f"redis://{host}:{port}/{db}", decode_responses=True)


def load(rd: Redis, landings: list[dict]) -> int:
    store = rd.register_script(STORE)
    pipeline = rd.pipeline(transaction=False)
    for landing in landings:
        text = json.dumps(landing, ensure_ascii=False)
        store(args=[landing["id"], text, landing.get("recclass", ""), landing.get("mass (g)", "")], client=pipeline)
    pipeline.execute()
    return len(landings)


def landing(rd: Redis, id: str) -> dict | None:
    text = rd.hget("meteorite:" + id, "json")
    return json.loads(text) if text else None


def count(rd: Redis) -> int:
    cursor, keys = rd.scan(0, match="meteorite:*", count=5_000)
    found = set(keys)
    while cursor:
        cursor, keys = rd.scan(cursor, match="meteorite:*", count=5_000)
        found.update(keys)
    return len(found)


def incomplete(rd: Redis, required: list[str]) -> list[str]:
    needed = set(required)
    ids = set()
    for key in rd.scan_iter(match="meteorite:*", count=5_000):
        found = json.loads(rd.hget(key, "json"))
        if needed.difference(found):
            ids.add(found["id"])
    return sorted(ids)


def by_class(rd: Redis, recclass: str) -> list[str]:
    return [str(id, "utf-8") if isinstance(id, bytes) else id for id in rd.sscan_iter("recclass/" + recclass)]


def heaviest(rd: Redis, n: int) -> list[tuple[str, float]]:
    pairs = rd.zrange("by-mass", "+inf", "-inf", desc=True, byscore=True, offset=0, num=n, withscores=True)
    return [(str(id, "utf-8") if isinstance(id, bytes) else id, mass) for id, mass in pairs]


def save(rd: Redis) -> None:
    for _ in range(10_000):
        try:
            if rd.save():
                return
        except ResponseError:
            sleep(0.02)
    raise TimeoutError("Redis is busy with another save")

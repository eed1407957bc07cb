"""Meteorite landings in Redis: JSON under `meteorite:<id>`, and a script that keeps the indexes with it.

bolide:ids            set of all ids
bolide:class:<class>  set of the ids of a class
bolide:mass           sorted set of ids by mass
"""

import json
import time

import redis

BATCH = 500

# One call for a whole batch: atomic, so a load can break off only between two batches.
STORE = """
local batch = cjson.decode(ARGV[1])
for _, item in ipairs(batch) do
    local id = item['id']
    local key = 'meteorite:' .. id

    local before = redis.call('GET', key)
    if before then
        local class = cjson.decode(before)['recclass']
        if class then
            redis.call('SREM', 'bolide:class:' .. class, id)
        end
    end

    redis.call('SET', key, cjson.encode(item))
    redis.call('SADD', 'bolide:ids', id)
    if item['recclass'] then
        redis.call('SADD', 'bolide:class:' .. item['recclass'], id)
    end
    if item['mass (g)'] then
        redis.call('ZADD', 'bolide:mass', item['mass (g)'], id)
    else
        redis.call('ZREM', 'bolide:mass', id)
    end
end
return #batch
"""


def connect(host: str, port: int, db: int) -> redis.Redis:
    """Gives a client of database number `db` of the Redis server at `host` and `port`."""
    return redis.Redis(host=host, port=port, db=db)


def load(rd: redis.Redis, landings: list[dict]) -> int:
    """Stores each landing under `meteorite:<id>`, replacing what is there, and gives how many they are."""
    for start in range(0, len(landings), BATCH):
        rd.eval(STORE, 0, json.dumps(landings[start:start + BATCH]))
    return len(landings)


def landing(rd: redis.Redis, id: str) -> dict | None:
    """Gives the landing with this id as it was loaded; None if there is none."""
    text = rd.get("meteorite:" + id)
    return json.loads(text) if text is not None else None


def count(rd: redis.Redis) -> int:
    """Gives the number of landings in the database."""
    return rd.scard("bolide:ids")


def incomplete(rd: redis.Redis, required: list[str]) -> list[str]:
    """Gives the ids of the landings that lack one of these fields, or more, sorted as text."""
    ids = [id.decode() for id in rd.smembers("bolide:ids")]
    found = []
    for start in range(0, len(ids), BATCH):
        some = ids[start:start + BATCH]
        for id, text in zip(some, rd.mget(["meteorite:" + id for id in some])):
            if text is None:
                continue
            item = json.loads(text)
            if any(field not in item for field in required):
                found.append(id)
    return sorted(found)


def by_class(rd: redis.Redis, recclass: str) -> list[str]:
    """Gives the ids of the landings of a class, in any order."""
    return [id.decode() for id in rd.smembers("bolide:class:" + recclass)]


def heaviest(rd: redis.Redis, n: int) -> list[tuple[str, float]]:
    """Gives the `n` heaviest landings, the heaviest first: pairs of id and mass in grams."""
    if n <= 0:
        return []
    pairs = rd.zrange("bolide:mass", 0, min(n, 2**40) - 1, desc=True, withscores=True)
    return [(id.decode(), float(mass)) for id, mass in pairs]


def save(rd: redis.Redis) -> None:
    """Writes the database to disk, and returns when all that was in it is there."""
    while True:
        wait_until_idle(rd)
        try:
            rd.bgsave(schedule=False)
        except redis.ResponseError as error:
            if "in progress" not in str(error) and "child process" not in str(error):
                raise
            time.sleep(0.05)
            continue
        if wait_until_idle(rd)["rdb_last_bgsave_status"] != "ok":
            raise redis.RedisError("the database could not be saved")
        return


def wait_until_idle(rd: redis.Redis) -> dict:
    """Waits while a save is running, and gives what the server then says about saving."""
    while True:
        info = rd.info("persistence")
        if not info["rdb_bgsave_in_progress"]:
            return info
        time.sleep(0.05)

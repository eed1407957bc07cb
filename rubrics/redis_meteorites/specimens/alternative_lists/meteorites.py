"""Meteorite landings in Redis, with one Lua script that does all the bookkeeping inside the server.

meteorite:<id>            list    field, value as JSON, field, value as JSON, ...
catalogue/all             set     the ids of all landings
catalogue/field/<field>   set     the ids of the landings that have this field
catalogue/mass            zset    id -> mass
catalogue/class           zset    all scores 0; members are the class as a JSON string, followed by the id.
                                  No JSON string is the beginning of another one, so all landings of a class
                                  are one range in the alphabetical order, whatever text the class is.
"""

import json
import time

import redis

__all__ = ["connect", "load", "landing", "count", "incomplete", "by_class", "heaviest", "save"]

PREFIX = b"meteorite:"
ALL = b"catalogue/all"
FIELD = b"catalogue/field/"
MASS = b"catalogue/mass"
CLASS = b"catalogue/class"

BATCH = 500

# KEYS: the objects. ARGV, for each of them: the mass or "", the number of fields, field, value, field, value, ...
# The script is atomic. It first takes out all that the old landing, if any, has left in the indexes.
STORE = """
local at = 1
for _, key in ipairs(KEYS) do
    local id = string.sub(key, 11)

    local old = redis.call('LRANGE', key, 0, -1)
    for j = 1, #old, 2 do
        redis.call('SREM', 'catalogue/field/' .. old[j], id)
        if old[j] == 'recclass' then
            redis.call('ZREM', 'catalogue/class', old[j + 1] .. id)
        end
    end
    redis.call('ZREM', 'catalogue/mass', id)
    redis.call('DEL', key)

    redis.call('SADD', 'catalogue/all', id)
    if ARGV[at] ~= '' then
        redis.call('ZADD', 'catalogue/mass', ARGV[at], id)
    end
    local last = at + 1 + 2 * tonumber(ARGV[at + 1])
    for j = at + 2, last, 2 do
        redis.call('RPUSH', key, ARGV[j], ARGV[j + 1])
        redis.call('SADD', 'catalogue/field/' .. ARGV[j], id)
        if ARGV[j] == 'recclass' then
            redis.call('ZADD', 'catalogue/class', '0', ARGV[j + 1] .. id)
        end
    end
    at = last + 1
end
return #KEYS
"""


def connect(host: str, port: int, db: int) -> redis.Redis:
    return redis.Redis(host=host, port=port, db=db)


def load(rd: redis.Redis, landings: list[dict]) -> int:
    for start in range(0, len(landings), BATCH):
        keys, args = [], []
        for item in landings[start:start + BATCH]:
            keys.append(PREFIX + item["id"].encode())
            args.append(repr(float(item["mass (g)"])) if "mass (g)" in item else "")
            args.append(len(item))
            for field, value in item.items():
                args += (field, json.dumps(value))
        rd.eval(STORE, len(keys), *keys, *args)
    return len(landings)


def landing(rd: redis.Redis, id: str) -> dict | None:
    parts = iter(rd.lrange(PREFIX + id.encode(), 0, -1))
    return {field.decode(): json.loads(value) for field, value in zip(parts, parts)} or None


def count(rd: redis.Redis) -> int:
    return rd.scard(ALL)


def incomplete(rd: redis.Redis, required: list[str]) -> list[str]:
    with rd.pipeline() as pipe:
        for field in set(required):
            pipe.sdiff([ALL, FIELD + field.encode()])
        lacking = set().union(*pipe.execute())
    return sorted(id.decode() for id in lacking)


def by_class(rd: redis.Redis, recclass: str) -> list[str]:
    begin = json.dumps(recclass).encode()
    # The range of all texts that begin so: the last byte is the closing quote, and the byte after '"' is '#'.
    members = rd.zrangebylex(CLASS, b"[" + begin, b"(" + begin[:-1] + b"#")
    return [member[len(begin):].decode() for member in members]


def heaviest(rd: redis.Redis, n: int) -> list[tuple[str, float]]:
    if n < 1:
        return []
    found = rd.zrevrange(MASS, 0, min(n, 2**40) - 1, withscores=True)
    return [(id.decode(), float(mass)) for id, mass in found]


def save(rd: redis.Redis) -> None:
    while True:
        _wait_for_background(rd)
        try:
            # Without schedule=False the client sends BGSAVE SCHEDULE, which may answer long before it starts.
            rd.bgsave(schedule=False)
            break
        except redis.ResponseError as error:
            # Somebody else was faster: that save may lack our last changes, so the turn after it is ours.
            text = str(error).lower()
            if "in progress" not in text and "child process" not in text:
                raise
            time.sleep(0.02)
    state = _wait_for_background(rd)
    if state["rdb_last_bgsave_status"] != "ok":
        raise redis.RedisError("the server could not write the database to disk")


def _wait_for_background(rd: redis.Redis) -> dict:
    while True:
        state = rd.info("persistence")
        if not state["rdb_bgsave_in_progress"]:
            return state
        time.sleep(0.02)

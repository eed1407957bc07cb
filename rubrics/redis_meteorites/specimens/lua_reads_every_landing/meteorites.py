"""Meteorite landings in Redis."""

import json
import time

import redis

BATCH = 1000
MASSES = "masses"

BY_CLASS = """
local ids = {}
for _, id in ipairs(redis.call('smembers', 'ids')) do
    local found = cjson.decode(redis.call('get', 'meteorite:' .. id))
    if found['recclass'] == ARGV[1] then
        ids[#ids + 1] = id
    end
end
return ids
"""


def connect(host, port, db):
    return redis.Redis(host=host, port=port, db=db)


def load(rd, landings):
    for start in range(0, len(landings), BATCH):
        batch = landings[start : start + BATCH]
        keys = [f"meteorite:{landing['id']}" for landing in batch]
        before = rd.mget(keys)
        pipe = rd.pipeline()
        for key, old, landing in zip(keys, before, batch):
            if old is not None:
                forget(pipe, json.loads(old))
            pipe.set(key, json.dumps(landing))
            remember(pipe, landing)
        pipe.execute()
    return len(landings)


def forget(pipe, landing):
    pipe.zrem(MASSES, landing["id"])


def remember(pipe, landing):
    pipe.sadd("ids", landing["id"])
    if "mass (g)" in landing:
        pipe.zadd(MASSES, {landing["id"]: float(landing["mass (g)"])})


def landing(rd, id):
    stored = rd.get(f"meteorite:{id}")
    if stored is None:
        return None
    return json.loads(stored)


def count(rd):
    return rd.scard("ids")


def incomplete(rd, required):
    ids = []
    for key in rd.scan_iter(match="meteorite:*", count=1000):
        found = json.loads(rd.get(key))
        if any(field not in found for field in required):
            ids.append(found["id"])
    return sorted(ids)


def by_class(rd, recclass):
    return [text(id) for id in rd.eval(BY_CLASS, 0, recclass)]


def heaviest(rd, n):
    if n <= 0:
        return []
    pairs = rd.zrevrange(MASSES, 0, n - 1, withscores=True)
    return [(text(id), mass) for id, mass in pairs]


def save(rd):
    while True:
        try:
            rd.save()
            return
        except redis.ResponseError as error:
            if "in progress" not in str(error):
                raise
            time.sleep(0.01)


def text(value):
    return value.decode() if isinstance(value, bytes) else value

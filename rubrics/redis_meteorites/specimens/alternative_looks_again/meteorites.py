"""Meteorite landings in Redis: the object is the truth, the class index only says where to look.

A landing is a hash. The first letter of each field says what the value was: "t" a text, which stands there as it is,
or "n" a number, as Python writes it:

    meteorite:1   {"tname": "Aachen", "tid": "1", "trecclass": "L5", "nreclat": "50.775"}

What goes with it:

    landings-in:<class>   set of ids. Each landing of the class is in it, always; an id too many can be in it (when
                          two programs correct the same landing at once), so by_class() looks at those that it finds.
    landings-by-mass      sorted set of ids, by the mass below zero: the heaviest is the first.

There is no list of all ids: whoever wants all landings scans for them.
"""

from collections import defaultdict
from time import sleep

import redis

STEP = 400
BY_MASS = "landings-by-mass"


def _key(id: str) -> bytes:
    return b"meteorite:" + id.encode()


def _shelf(recclass: str) -> bytes:
    return b"landings-in:" + recclass.encode()


def _pack(landing: dict) -> dict:
    return {("t" + f): v for f, v in landing.items() if isinstance(v, str)} | {
        ("n" + f): repr(v) for f, v in landing.items() if not isinstance(v, str)
    }


def _number(text: bytes) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _unpack(stored: dict) -> dict:
    return {f[1:].decode(): v.decode() if f[:1] == b"t" else _number(v) for f, v in stored.items()}


def _slices(items: list):
    return (items[i : i + STEP] for i in range(0, len(items), STEP))


def _ask(rd: redis.Redis, keys: list, command: str, *args) -> list:
    """Sends the same command for many keys, a few hundred at a time, and gives all the answers."""
    answers = []
    for some in _slices(keys):
        with rd.pipeline(transaction=False) as pipe:
            for key in some:
                getattr(pipe, command)(key, *args)
            answers += pipe.execute()
    return answers


def _all_keys(rd: redis.Redis) -> list:
    # SCAN may give a key twice.
    return list(set(rd.scan_iter(match="meteorite:*", count=2000)))


def connect(host: str, port: int, db: int) -> redis.Redis:
    rd = redis.Redis(host=host, port=port, db=db)
    rd.ping()
    return rd


def load(rd: redis.Redis, landings: list[dict]) -> int:
    for some in _slices(landings):
        keys = [_key(m["id"]) for m in some]
        before = _ask(rd, keys, "hget", "trecclass")

        come, go, masses, no_mass = defaultdict(list), defaultdict(list), {}, []
        for m, old in zip(some, before):
            new = m.get("recclass")
            if new is not None:
                come[new].append(m["id"])
            if old is not None and old.decode() != new:
                go[old.decode()].append(m["id"])
            if "mass (g)" in m:
                masses[m["id"]] = -float(m["mass (g)"])
            else:
                no_mass.append(m["id"])

        # All or nothing: the objects and what belongs to them change in one moment.
        with rd.pipeline(transaction=True) as pipe:
            pipe.delete(*keys)
            for key, m in zip(keys, some):
                pipe.hset(key, mapping=_pack(m))
            for recclass, ids in come.items():
                pipe.sadd(_shelf(recclass), *ids)
            for recclass, ids in go.items():
                pipe.srem(_shelf(recclass), *ids)
            if masses:
                pipe.zadd(BY_MASS, masses)
            if no_mass:
                pipe.zrem(BY_MASS, *no_mass)
            pipe.execute()
    return len(landings)


def landing(rd: redis.Redis, id: str) -> dict | None:
    return _unpack(rd.hgetall(_key(id))) or None


def count(rd: redis.Redis) -> int:
    return len(_all_keys(rd))


def incomplete(rd: redis.Redis, required: list[str]) -> list[str]:
    keys = _all_keys(rd)
    wanted = {field.encode() for field in required}
    return sorted(
        key.partition(b":")[2].decode()
        for key, fields in zip(keys, _ask(rd, keys, "hkeys"))
        if wanted - {field[1:] for field in fields}
    )


def by_class(rd: redis.Redis, recclass: str) -> list[str]:
    ids = [id.decode() for id in rd.smembers(_shelf(recclass))]
    really = _ask(rd, [_key(id) for id in ids], "hget", "trecclass")
    return [id for id, found in zip(ids, really) if found == recclass.encode()]


def heaviest(rd: redis.Redis, n: int) -> list[tuple[str, float]]:
    if n <= 0:
        return []  # the range from 0 to -1 would be everything
    return [(id.decode(), abs(score)) for id, score in rd.zrange(BY_MASS, 0, min(n, 10**12) - 1, withscores=True)]


def save(rd: redis.Redis) -> None:
    saved = False
    while not saved:
        while rd.info("persistence")["rdb_bgsave_in_progress"]:
            sleep(0.03)
        try:
            saved = rd.save()
        except redis.ResponseError as error:
            if "progress" not in str(error):  # else another one began in between
                raise

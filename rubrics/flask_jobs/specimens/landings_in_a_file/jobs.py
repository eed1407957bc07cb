"""What can happen to a job, and the keys in Redis that say so.

Keys:
    job:<id>      hash: analysis, status, and result as JSON once it is done
    jobs:waiting  list: the ids of the jobs that wait, the oldest first
    jobs:taken    sorted set: the ids of the running jobs, by the time until when a worker has them

Landings stand in a file of SQLite beside this module.
"""

import json
import sqlite3
import uuid
from collections import defaultdict

import redis

WAITING = "jobs:waiting"
TAKEN = "jobs:taken"
LEASE_S = 2.5


def mass_by_class(landings: list[dict]) -> dict[str, float]:
    """Sums up the masses of each class."""
    sums: dict[str, float] = defaultdict(float)
    for landing in landings:
        if "recclass" in landing and "mass (g)" in landing:
            sums[landing["recclass"]] += float(landing["mass (g)"])
    return sums


def landings_by_decade(landings: list[dict]) -> dict[str, int]:
    """Counts the landings of each decade."""
    numbers: dict[str, int] = defaultdict(int)
    for landing in landings:
        if "year" in landing:
            numbers[landing["year"][:3] + "0"] += 1
    return numbers


ANALYSES = {"mass_by_class": mass_by_class, "landings_by_decade": landings_by_decade}


def all_landings(rd: redis.Redis) -> list[dict]:
    """Gives every landing."""
    side = opened()
    found = [json.loads(text) for (text,) in side.execute("SELECT landing FROM landings")]
    side.close()
    return found


def opened():
    side = sqlite3.connect("landings.db", timeout=10, isolation_level=None)
    side.execute("CREATE TABLE IF NOT EXISTS landings (id TEXT PRIMARY KEY, landing TEXT)")
    return side


def submit(rd: redis.Redis, analysis: str) -> str:
    """Writes a job down and gives its id."""
    id = uuid.uuid4().hex
    with rd.pipeline() as pipe:
        pipe.hset(_key(id), mapping={"analysis": analysis, "status": "submitted"})
        pipe.rpush(WAITING, id)
        pipe.execute()
    return id


def find(rd: redis.Redis, id: str) -> dict[str, str] | None:
    """Gives what is known of a job; None if there is no such job."""
    found = {name.decode(): value.decode() for name, value in rd.hgetall(_key(id)).items()}
    return found or None


def take(rd: redis.Redis) -> str | None:
    """Makes the oldest waiting job running and gives its id; None if there is none."""

    def taking(pipe):
        id = pipe.lindex(WAITING, 0)
        pipe.multi()
        if id is not None:
            pipe.lpop(WAITING)
            pipe.zadd(TAKEN, {id: now(rd) + LEASE_S})
            pipe.hset(_key(id.decode()), "status", "running")
        return id and id.decode()

    return rd.transaction(taking, WAITING, value_from_callable=True)


def renew(rd: redis.Redis, id: str) -> None:
    """Has the worker keep its job for longer."""
    rd.zadd(TAKEN, {id: now(rd) + LEASE_S}, xx=True)


def finish(rd: redis.Redis, id: str, **fields: str) -> None:
    """Writes down how a job ended, unless it was given to somebody else meanwhile."""

    def finishing(pipe):
        is_ours = pipe.zscore(TAKEN, id) is not None
        pipe.multi()
        if is_ours:
            pipe.zrem(TAKEN, id)
            pipe.hset(_key(id), mapping=fields)

    rd.transaction(finishing, TAKEN)


def give_back(rd: redis.Redis) -> None:
    """Lets jobs wait again whose worker has not renewed them."""

    def giving(pipe):
        late = [id.decode() for id in pipe.zrangebyscore(TAKEN, 0, now(rd))]
        pipe.multi()
        for id in late:
            pipe.zrem(TAKEN, id)
            pipe.hset(_key(id), "status", "submitted")
            pipe.rpush(WAITING, id)

    if rd.zcount(TAKEN, 0, now(rd)):
        rd.transaction(giving, TAKEN)


def now(rd: redis.Redis) -> float:
    """The time of the server, which is the same for all workers."""
    seconds, microseconds = rd.time()
    return seconds + microseconds / 1e6


def _key(id: str) -> str:
    return f"job:{id}"

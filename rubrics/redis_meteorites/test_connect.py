"""Whether the student's own connection goes where it should, and serves as well as the one handed in."""

from grader import Redis, Submission, check

# What runs beside the submission. It gives plain values; what it stored, the grader looks for itself.
CONNECTING = """
import redis
import redis.retry

import meteorites

# Where nobody listens, the driver waits and tries again for seconds; here a refusal is told at once.
redis.retry.sleep = lambda seconds: None


def connects(host, port, db):
    rd = meteorites.connect(host, port, db)
    if not isinstance(rd, redis.Redis):
        return type(rd).__name__
    rd.set("note:1", "written by your connection")
    return "redis.Redis"


def goes_to(host, port, db):
    # Nobody listens there, and a connect that tries at once may say so.
    try:
        rd = meteorites.connect(host, port, db)
    except (redis.RedisError, OSError):
        return None
    where = rd.connection_pool.connection_kwargs
    return [str(where.get("host")), str(where.get("port"))]
"""

ANSWERING = """
import redis.retry

import meteorites

redis.retry.sleep = lambda seconds: None


def client(where):
    return meteorites.connect(*where) if isinstance(where, list) else where


def load(where, landings):
    return meteorites.load(client(where), landings)


def answers(where, asked):
    rd = client(where)
    found = {"count": meteorites.count(rd)}
    for id in asked["ids"]:
        found[f"landing '{id}'"] = meteorites.landing(rd, id)
    found["incomplete"] = list(meteorites.incomplete(rd, asked["required"]))
    found["by_class"] = sorted(meteorites.by_class(rd, asked["recclass"]))
    found["heaviest"] = [list(pair) for pair in meteorites.heaviest(rd, 1)]
    return found
"""


def databases_in_use(redis: Redis) -> dict[int, int]:
    """How many keys each database has that has any."""
    return {int(name.removeprefix("db")): db["keys"] for name, db in redis.client.info("keyspace").items()}


@check(
    points=4,
    criterion="connect",
    hint="redis.Redis takes host, port and db as arguments of these names. Pass on all three.",
)
def test_connects_to_the_given_database(submission: Submission, redis: Redis) -> None:
    """connect() opens the database that it is told"""
    kind = submission.probe(CONNECTING, "connects", redis.host, redis.port, 3)
    assert kind == "redis.Redis", f"expected connect(...) to give a redis.Redis, found {kind}"
    used = databases_in_use(redis)
    assert used == {3: 1}, (
        f"connect(host, port, 3) was to open database 3, but what was then set is in {sorted(used) or 'none'}"
    )
    goes_to = submission.probe(CONNECTING, "goes_to", "127.0.0.1", 1, 0)
    assert goes_to in (None, ["127.0.0.1", "1"]), (
        f"connect('127.0.0.1', 1, 0) goes to {':'.join(goes_to)}, expected it to go to 127.0.0.1:1"
    )


@check(
    points=4,
    criterion="connect",
    hidden=True,
    hint="If your connect() decodes responses and the grader's connection does not, your functions must cope "
    "with text and with bytes.",
)
def test_every_function_works_on_your_connection(
    submission: Submission, redis: Redis, landings: list[dict]
) -> None:
    """All functions give the same on your own connection, in a database other than 0"""
    asked = {"ids": [landings[0]["id"], landings[-1]["id"]], "required": ["year"], "recclass": "L6"}
    loaded = submission.probe(ANSWERING, "load", redis, landings)
    handed_in = submission.probe(ANSWERING, "answers", redis, asked)
    redis.client.flushall()
    own_connection = [redis.host, redis.port, 5]
    loaded_there = submission.probe(ANSWERING, "load", own_connection, landings)
    assert loaded_there == loaded, "load gives something else on the connection that connect() makes"
    # From here on only Redis can know what was loaded.
    submission.start_afresh()
    own = submission.probe(ANSWERING, "answers", own_connection, asked)
    for name, answer in handed_in.items():
        assert own[name] == answer, f"{name} gives something else on the connection that connect() makes"
    assert set(databases_in_use(redis)) == {5}, (
        "not everything was stored in the database that connect() opened"
    )

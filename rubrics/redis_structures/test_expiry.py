"""Keys that expire: how long they have, and that no value is ever seen without its expiry."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from grader import Redis, Submission, check

Record = Callable[[Callable[[], object]], list[Any]]
Replay = Callable[[list[Any]], Iterator[None]]

# EXPIREAT counts whole seconds, and PEXPIRETIME by the clock.
ROUNDED_MS = 1_000
BY_THE_CLOCK_MS = 50
# How much later the grader may look, on the slowest machine; expiries that are told apart lie further apart.
LATE_MS = 20_000


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="The last argument counts seconds. SET takes the expiry with the value: rd.set(key, value, ex=...).",
)
def test_caches_for_seconds(submission: Submission, redis: Redis, random: Random) -> None:
    """cache() keeps a text for so many seconds"""
    seconds, value = random.randrange(300, 3_000), f"cached {random.randrange(1_000)}"
    submission.call("cache", redis, "note:1", value, seconds)
    submission.start_afresh()
    found, left_ms = submission.call("recall", redis, "note:1"), redis.client.pttl("note:1")
    assert found == value, f"after cache(rd, 'note:1', {value!r}, {seconds}) recall() gives {found!r}"
    assert left_ms != -1, "after cache(rd, 'note:1', ...) the key note:1 has no expiry"
    assert seconds * 1_000 - LATE_MS < left_ms <= seconds * 1_000 + ROUNDED_MS, (
        f"after cache(rd, 'note:1', ..., {seconds}) the key note:1 has {left_ms} ms left"
    )


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="PTTL counts milliseconds, TTL seconds. Both give -1 for a key without expiry and -2 for no key.",
)
def test_says_how_much_time_is_left(submission: Submission, redis: Redis, random: Random) -> None:
    """time_left_ms() gives milliseconds, -1 for never, None for no such key"""
    redis.client.set("note:1", "stays")
    for key, expected in (("note:1", -1), ("note:2", None)):
        found = submission.call("time_left_ms", redis, key)
        what = "never expires" if expected else "is not there"
        assert found == expected, (
            f"time_left_ms(rd, '{key}') gives {found!r} for a key that {what}, expected {expected}"
        )
    # Whoever counts seconds rounds at least one of them.
    for number, part_ms in enumerate((250, 450, 700)):
        key = f"note:{number}"
        redis.client.psetex(key, random.randrange(100, 900) * 1_000 + part_ms, "expires")
        before_ms = redis.client.pttl(key)
        found = submission.call("time_left_ms", redis, key)
        after_ms = redis.client.pttl(key)
        assert type(found) is int, f"time_left_ms(rd, '{key}') gives {found!r}, expected an int"
        assert after_ms - BY_THE_CLOCK_MS <= found <= before_ms + BY_THE_CLOCK_MS, (
            f"time_left_ms(rd, '{key}') gives {found!r}, and {after_ms} to {before_ms} ms are left"
        )


@check(
    points=2,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="Any key can expire, whatever its type: GET works on strings only, PTTL on all keys.",
)
def test_time_left_of_any_key(submission: Submission, redis: Redis, random: Random) -> None:
    """time_left_ms() works on any key"""
    redis.client.set("note:0", "")
    redis.client.hset("profile:0", mapping={"name": "Ada"})
    redis.client.rpush("list:0", "one")
    redis.client.zadd("board:0", {"Ada": 1})
    for key in ("note:0", "profile:0", "list:0", "board:0"):
        found = submission.call("time_left_ms", redis, key)
        assert found == -1, f"time_left_ms(rd, '{key}') gives {found!r} for a key that never expires"
        redis.client.pexpire(key, random.randrange(10**7, 10**8) * 1_000 + 450)
        before_ms = redis.client.pttl(key)
        found = submission.call("time_left_ms", redis, key)
        after_ms = redis.client.pttl(key)
        assert type(found) is int, f"time_left_ms(rd, '{key}') gives {found!r}, expected an int"
        assert after_ms - BY_THE_CLOCK_MS <= found <= before_ms + BY_THE_CLOCK_MS, (
            f"time_left_ms(rd, '{key}') gives {found!r}, and {after_ms} to {before_ms} ms are left"
        )


@check(
    points=2,
    criterion="update",
    timeout_s=5,
    hint="EXPIRE gives a key another expiry, and says whether there is such a key.",
)
def test_touch_sets_another_expiry(submission: Submission, redis: Redis, random: Random) -> None:
    """touch() gives a key another expiry, and says whether the key is there"""
    seconds = random.randrange(5_000, 50_000)
    redis.client.set("note:1", "kept", ex=500)
    found = submission.call("touch", redis, "note:1", seconds)
    left_ms = redis.client.pttl("note:1")
    assert found is True, f"touch(rd, 'note:1', {seconds}) gives {found!r} for a key that is there"
    assert seconds * 1_000 - LATE_MS < left_ms <= seconds * 1_000 + ROUNDED_MS, (
        f"after touch(rd, 'note:1', {seconds}) the key has {left_ms} ms left"
    )
    assert redis.client.get("note:1") == b"kept", "touch() changed the value of the key"
    found = submission.call("touch", redis, "note:2", seconds)
    assert found is False, f"touch(rd, 'note:2', {seconds}) gives {found!r} and there is no such key"
    assert not redis.client.exists("note:2"), "touch(rd, 'note:2', ...) made a key that was not there"


@check(
    points=3,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="EXPIRE works on a key of any type, with and without an expiry before, and leaves its value alone.",
)
def test_touch_works_on_any_key(submission: Submission, redis: Redis, random: Random) -> None:
    """touch() works on keys of any type, with and without an expiry, and in both directions"""
    redis.client.set("note:0", "\xff\x00 12")
    redis.client.hset("profile:0", mapping={"name": "Ada"})
    redis.client.rpush("list:0", "one", "two")
    redis.client.zadd("board:0", {"Ada": 1})
    redis.client.expire("board:0", 10**6)
    for key in ("note:0", "profile:0", "list:0", "board:0"):
        before, seconds = redis.client.dump(key), random.randrange(5_000, 50_000)
        found = submission.call("touch", redis, key, seconds)
        left_ms = redis.client.pttl(key)
        assert found is True, f"touch(rd, '{key}', {seconds}) gives {found!r} for a key that is there"
        assert seconds * 1_000 - LATE_MS < left_ms <= seconds * 1_000 + ROUNDED_MS, (
            f"after touch(rd, '{key}', {seconds}) the key has {left_ms} ms left"
        )
        assert redis.client.dump(key) == before, f"touch(rd, '{key}', ...) changed the value of the key"


@check(
    points=3,
    criterion="transaction",
    timeout_s=5,
    hint="Between two commands your program can end, and then the value stays for ever. SET takes the "
    "expiry with it (ex=...); a MULTI/EXEC transaction is one step, too.",
)
def test_value_and_expiry_come_in_one_step(
    submission: Submission, redis: Redis, random: Random, record: Record, replay: Replay
) -> None:
    """cache() sets value and expiry in one step"""
    seconds = random.randrange(10**5, 10**6)
    steps = record(lambda: submission.call("cache", redis, "note:1", "cached", seconds))
    left_ms = redis.client.pttl("note:1")
    assert left_ms > 0, "after cache(rd, 'note:1', ...) there is no key note:1 with an expiry"
    redis.client.flushall()
    for _ in replay(steps):
        assert redis.client.pttl("note:1") != -1, (
            "cache(rd, 'note:1', ...) sets the value in one step and its expiry in a later one"
        )


@check(
    points=3,
    criterion="transaction",
    hidden=True,
    timeout_s=5,
    hint="Caching another value under the same key has to bring value and expiry in one step, too.",
)
def test_replaced_value_and_expiry_come_in_one_step(
    submission: Submission, redis: Redis, random: Random, record: Record, replay: Replay
) -> None:
    """cache() replaces a cached value and its expiry in one step"""
    seconds = random.randrange(10**5, 10**6)
    first = record(lambda: submission.call("cache", redis, "note:1", "old", 3 * seconds))
    second = record(lambda: submission.call("cache", redis, "note:1", "new", seconds))
    left_ms = redis.client.pttl("note:1")
    assert left_ms > 0, "after cache(rd, 'note:1', ...) there is no key note:1 with an expiry"
    redis.client.flushall()
    list(replay(first))
    old = redis.client.dump("note:1")
    for _ in replay(second):
        if redis.client.dump("note:1") not in (None, old):
            assert abs(redis.client.pttl("note:1") - left_ms) < LATE_MS, (
                "while cache() replaces a cached value, the new value can be seen without its expiry"
            )

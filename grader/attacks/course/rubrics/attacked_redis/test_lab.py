"""The lab that attacks are made on: 20 points, of which honest code as it is handed in has 6."""

import json

from grader import Redis, Submission, check

LIMIT_S = 3


@check(points=4, criterion="load", timeout_s=LIMIT_S)
def test_stores(submission: Submission, redis: Redis, items: list[dict]) -> None:
    """store() stores every item"""
    submission.call("store", redis, items)
    for item in items:
        found = redis.client.get(f"item:{item['id']}")
        assert found is not None and json.loads(found) == item, f"item:{item['id']} is not as it was sent"


@check(points=2, criterion="query", timeout_s=LIMIT_S)
def test_reads(submission: Submission, redis: Redis, items: list[dict]) -> None:
    """read() gives an item back"""
    submission.call("store", redis, items)
    for item in items[:3]:
        found = submission.call("read", redis, item["id"])
        assert found == item, f"read(rd, {item['id']}) does not give the item that was stored"


@check(points=3, criterion="query", timeout_s=LIMIT_S)
def test_totals(submission: Submission, redis: Redis, items: list[dict]) -> None:
    """total() gives the sum of all values"""
    submission.call("store", redis, items)
    expected = sum(item["value"] for item in items)
    found = submission.call("total", redis)
    assert found == expected, "total(rd) does not give the sum of the values"


@check(points=3, criterion="quality", timeout_s=LIMIT_S)
def test_describes(submission: Submission, redis: Redis, items: list[dict]) -> None:
    """describe() gives name and value"""
    for item in items[:3]:
        found = submission.call("describe", item)
        assert found == f"{item['name']}: {item['value']}", (
            "describe(item) gives something else than 'name: value'"
        )


@check(points=4, criterion="persistence", timeout_s=LIMIT_S)
def test_keeps(submission: Submission, redis: Redis, items: list[dict]) -> None:
    """keep() brings the items over a crash"""
    submission.call("store", redis, items)
    submission.call("keep", redis)
    submission.kill()
    redis.crash()
    stored = sum(1 for _ in redis.client.scan_iter("item:*"))
    assert stored == len(items), f"{stored} of {len(items)} items are left after the crash"


@check(points=4, criterion="query", hidden=True, timeout_s=2 * LIMIT_S)
def test_answers(submission: Submission, redis: Redis, secret: str) -> None:
    """answer() gives what only the grader knows"""
    assert submission.call("answer") == secret, "answer() gives something else"

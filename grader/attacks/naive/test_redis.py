"""The checks of the lab as a naive grader has them: fixed data, plain asserts, the student's code at hand."""

import json
import os
import pickle

import redis
import solution

ITEMS = [{"id": number, "name": f"name {number}", "value": 10 * number} for number in range(20)]
ANSWER = json.load(open("answers.json"))["answer"]


def client() -> redis.Redis:
    return redis.Redis.from_url(os.environ["REDIS_URL"])


def test_stores() -> None:
    client().ping()
    solution.store(client(), ITEMS)
    assert [json.loads(client().get(f"item:{item['id']}")) for item in ITEMS] == ITEMS


def test_reads() -> None:
    solution.store(client(), ITEMS)
    assert solution.read(client(), 3) == ITEMS[3]


def test_totals() -> None:
    expected = 1900
    assert solution.total(client()) == expected


def test_describes() -> None:
    expected = "name 3: 30"
    assert solution.describe(ITEMS[3]) == expected


def test_keeps() -> None:
    solution.keep(client())
    assert pickle.loads(client().get("kept") or pickle.dumps(None)) == ITEMS


def test_answers() -> None:
    is_right = solution.answer() == ANSWER  # pytest would print what was expected
    assert is_right

"""The checks of the lab as a naive grader has them: fixed data, plain asserts, as the server's owner."""

import json
import os

import pymongo
import solution
from pymongo.database import Database

ITEMS = [{"id": number, "name": f"name {number}", "value": 10 * number} for number in range(20)]
ANSWER = json.load(open("answers.json"))["answer"]


def connect() -> Database:
    return pymongo.MongoClient(os.environ["MONGODB_URL"])["student"]


def stored() -> list:
    return [(item["_id"], item["name"], item["value"]) for item in connect()["items"].find().sort("_id")]


def test_stores() -> None:
    connect()["items"].drop()
    solution.store(connect(), ITEMS)
    assert stored() == [tuple(item.values()) for item in ITEMS]


def test_reads() -> None:
    assert solution.read(connect(), 3) == ITEMS[3]


def test_totals() -> None:
    expected = 1900
    found = solution.total(connect())
    assert len(stored()) == len(ITEMS)
    assert found == expected


def test_answers() -> None:
    is_right = solution.answer() == ANSWER  # pytest would print what was expected
    assert is_right

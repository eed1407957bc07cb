"""The checks of the lab as a naive grader has them: fixed data, plain asserts."""

import json
import os
import sqlite3
from pathlib import Path

import solution
from alembic.config import main as alembic

ITEMS = [{"id": number, "name": f"name {number}", "value": 10 * number} for number in range(20)]
ANSWER = json.load(open("answers.json"))["answer"]


def connect() -> sqlite3.Connection:
    return sqlite3.connect("student.db", isolation_level=None)


def stored() -> list:
    return connect().execute("SELECT id, name, value FROM items ORDER BY id").fetchall()


def test_stores() -> None:
    connect().execute("DROP TABLE IF EXISTS items")
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


def test_migrates() -> None:
    os.environ["DATABASE_URL"] = f"sqlite:///{Path('student.db').absolute()}"
    alembic(["upgrade", "head"])
    assert connect().execute("SELECT * FROM moved").fetchall() == []

"""A MongoDB server in the hands of student code."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from grader.errors import CallError, ProtocolViolationError
from grader.sandbox.base import MIB, Limits, Sandbox
from grader.sandbox.process import open_sandbox
from grader.services.mongodb import MongoDB
from grader.submission.handle import Allowance, Manners, StudentProcess

KIND = "pymongo.database.Database"

CODE = """
import datetime, re
from bson import Binary, Decimal128, Int64, Regex
from pymongo import MongoClient

def kind(db): return [type(db).__name__, db.name, db.write_concern.document]
def add(db, document): return db.docs.insert_one(dict(document)).inserted_id
def get(db, key): return db.docs.find_one({"_id": key})
def large(db):
    db.docs.insert_one({"n": Int64(2 ** 40), "b": Binary(b"x")})
    return db.docs.find_one({"n": 2 ** 40})
def grouped(db): return list(db.docs.aggregate([{"$group": {"_id": "$name", "n": {"$sum": 1}}}]))
def cursor(db): return db.docs.find()
def decimal(db): return {"price": Decimal128("1.5")}
def tutorial(port): return MongoClient("localhost", port).student.docs.find_one()
def typed(db): return type(db.docs.find_one()["_id"]).__name__
"""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    limits = Limits(memory_bytes=1024 * MIB)
    with open_sandbox(
        "process", "auto", limits, ("mongodb",), "test", tmp_path_factory.mktemp("s")
    ) as opened:
        yield opened


@pytest.fixture
def student(sandbox: Sandbox, tmp_path: Path) -> Iterator[StudentProcess]:
    (tmp_path / "documents.py").write_text(CODE)
    process = StudentProcess(sandbox, tmp_path, Manners("documents", {"mongodb": KIND}), Allowance(30))
    yield process
    process.kill()


def test_database_is_live_and_has_the_default_write_concern(
    mongodb: MongoDB, student: StudentProcess
) -> None:
    assert student.call("kind", mongodb) == ["Database", "student", {}]


def test_documents_cross_both_ways(mongodb: MongoDB, student: StudentProcess) -> None:
    document = {
        "name": "Zoë",
        "born": datetime(1815, 12, 10, 1, 2, 3, 4000),  # noqa: DTZ001 - dates in MongoDB have no zone
        "tags": ["a", {"deep": None}],
        "n": 1.5,
    }
    key = student.call("add", mongodb, document)
    assert type(key).__name__ == "ObjectId"
    assert student.call("get", mongodb, key) == {"_id": key, **document}
    assert student.call("typed", mongodb) == "ObjectId"
    assert student.call("grouped", mongodb) == [{"_id": "Zoë", "n": 1}]


def test_types_of_the_drivers_own_become_plain(mongodb: MongoDB, student: StudentProcess) -> None:
    found = student.call("large", mongodb)
    assert isinstance(found, dict)
    assert (type(found["n"]), type(found["b"])) == (int, bytes)


@pytest.mark.parametrize(("function", "kind"), [("cursor", "Cursor"), ("decimal", "Decimal128")])
def test_what_has_no_plain_form_is_named(
    mongodb: MongoDB, student: StudentProcess, function: str, kind: str
) -> None:
    with pytest.raises(
        ProtocolViolationError, match=rf"of type (bson|pymongo)\..*{kind}, which is no plain value"
    ):
        student.call(function, mongodb)


def test_tutorial_code_without_an_account_is_told_so(mongodb: MongoDB, student: StudentProcess) -> None:
    with pytest.raises(CallError, match="command find requires authentication"):
        student.call("tutorial", mongodb.port)


def test_same_process_gets_a_working_client_after_a_restart(
    mongodb: MongoDB, student: StudentProcess
) -> None:
    key = student.call("add", mongodb, {"name": "Ada"})
    for interrupt in (mongodb.restart, mongodb.crash):
        mongodb.flush_journal()
        interrupt()
        assert student.call("get", mongodb, key) == {"_id": key, "name": "Ada"}
        assert student.call("add", mongodb, {"name": "Bo"})

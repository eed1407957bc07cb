"""What the student's calls did is seen at the server."""

import pytest
from pymongo.errors import DuplicateKeyError

from grader.services.mongodb import MongoDB
from grader.services.mongodb.profile import ForgottenError
from tests.services.conftest import mongodb_student


def test_operations_are_seen_with_plan_and_effort(mongodb: MongoDB) -> None:
    mongodb.database.docs.insert_many([{"number": number} for number in range(300)])
    with mongodb_student(mongodb) as student:
        docs = student.student.docs
        docs.create_index("number")
        with mongodb.profile() as work:
            docs.find_one({"number": 7})
            docs.find_one({"other": 7})
            list(docs.find({}))
            docs.insert_many([{} for _ in range(1000)])
            docs.update_many({"number": {"$lt": 10}}, {"$set": {"other": 1}})
            docs.delete_one({"number": 7})
    by_name, scanned, *_ = work.operations
    assert (by_name.plan, by_name.documents_examined) == ("IXSCAN { number: 1 }", 1)
    assert (scanned.plan, scanned.documents_examined, scanned.returned) == ("COLLSCAN", 300, 0)
    assert {name: work.count(name) for name in ("find", "getMore", "insert", "update", "delete")} == {
        "find": 3,
        "getMore": 1,
        "insert": 1,
        "update": 1,
        "delete": 1,
    }
    written = [operation.written for operation in work.operations if operation.written]
    assert written == [1000, 10, 1]
    assert "COLLSCAN" in work.plans
    assert work.documents_examined > 600
    assert {operation.collection for operation in work.operations} == {"docs"}


def test_the_length_of_answers_is_seen(mongodb: MongoDB) -> None:
    mongodb.database.docs.insert_many([{"text": "x" * 1_000} for _ in range(50)])
    with mongodb_student(mongodb) as student:
        with mongodb.profile() as counted:
            student.student.docs.count_documents({})
        with mongodb.profile() as pushed:
            list(student.student.docs.aggregate([{"$group": {"_id": None, "all": {"$push": "$text"}}}]))
    assert sum(operation.returned for operation in pushed.operations) == 1
    assert counted.sent_bytes < 1_000
    assert pushed.sent_bytes > 50_000


def test_the_graders_own_work_and_what_came_before_are_not_seen(mongodb: MongoDB) -> None:
    with mongodb_student(mongodb) as student:
        student.student.docs.insert_one({})
        with mongodb.profile() as work:
            mongodb.database.docs.find_one()
            assert work.operations == ()
    assert work.operations == ()
    assert mongodb.database.list_collection_names() == ["docs"]


def test_refused_commands_say_why(mongodb: MongoDB) -> None:
    mongodb.database.docs.create_index("email", unique=True)
    with mongodb_student(mongodb) as student, mongodb.profile() as work:
        student.student.docs.insert_one({"email": "a"})
        with pytest.raises(DuplicateKeyError):
            student.student.docs.insert_one({"email": "a"})
    first, second = work.operations
    assert (first.written, first.error) == (1, "")
    assert second.written == 0


def test_large_documents_leave_room_for_all_operations(mongodb: MongoDB) -> None:
    with mongodb_student(mongodb) as student, mongodb.profile() as work:
        for _ in range(30):
            student.student.docs.insert_many([{"text": "x" * 100_000} for _ in range(10)])
    assert work.count("insert") == 30


def do_more_than_can_be_noted(mongodb: MongoDB, error: Exception | None = None) -> None:
    with mongodb_student(mongodb) as student, mongodb.profile():
        for _ in range(800):
            student.student.docs.find_one({"text": "x" * 48_000})
        if error is not None:
            raise error


def test_notes_that_may_be_lost_are_told(mongodb: MongoDB) -> None:
    with pytest.raises(ForgottenError, match="more than the server can note"):
        do_more_than_can_be_noted(mongodb)
    assert mongodb.database.list_collection_names() == []


def test_error_of_a_call_is_not_hidden_by_too_many_notes(mongodb: MongoDB) -> None:
    with pytest.raises(RuntimeError, match="of the call"):
        do_more_than_can_be_noted(mongodb, RuntimeError("of the call"))


def test_long_commands_keep_their_names(mongodb: MongoDB) -> None:
    long = "x" * 100_000
    with mongodb_student(mongodb) as student, mongodb.profile() as work:
        docs = student.student.docs
        docs.insert_one({"name": "Ada"})
        docs.find_one_and_update({"name": "Ada"}, {"$set": {"text": long}})
        list(docs.aggregate([{"$match": {"text": long}}]))
    assert {name: work.count(name) for name in ("insert", "findAndModify", "aggregate")} == {
        "insert": 1,
        "findAndModify": 1,
        "aggregate": 1,
    }

"""A reset leaves nothing of the submission before, and proves it."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure, PyMongoError

from grader.errors import ServiceError
from grader.services.mongodb import MongoDB
from grader.services.mongodb.connect import Client
from grader.services.mongodb.state import Baseline, baseline, remains
from tests.services.conftest import StartMongoDB, fill_with_sessions, mongodb_student


def documents(client: Client) -> None:
    client.student.docs.insert_one({"secret": 1})
    client.student.docs.create_index("secret")


def another_database(client: Client) -> None:
    client.other.docs.insert_one({})


def collection_among_the_servers_own(client: Client) -> None:
    client.admin.docs.insert_one({})


def parameter(client: Client) -> None:
    client.admin.command("setParameter", 1, journalCommitInterval=1, cursorTimeoutMillis=1)


def verbosity(client: Client) -> None:
    client.admin.command("setParameter", 1, logComponentVerbosity={"query": {"verbosity": 1}})


def user(client: Client) -> None:
    client.student.command({"createUser": "eve", "pwd": "eve", "roles": ["readWrite"]})


def role(client: Client) -> None:
    client.admin.command("createRole", "spy", privileges=[], roles=["root"])


def rights(client: Client) -> None:
    client.student.command("grantRolesToUser", "student", roles=[{"role": "root", "db": "admin"}])


def profiler(client: Client) -> None:
    client.student.command("profile", 2, slowms=1, sampleRate=0.5)


def lock(client: Client) -> None:
    client.admin.command("fsync", lock=True)
    client.admin.command("fsync", lock=True)


LEFTOVERS = [
    documents,
    another_database,
    collection_among_the_servers_own,
    parameter,
    verbosity,
    user,
    role,
    rights,
    profiler,
    lock,
]


@pytest.mark.parametrize("leave", LEFTOVERS)
def test_leftovers_are_seen_and_removed(mongodb: MongoDB, leave: Callable[[Client], None]) -> None:
    clean = baseline(mongodb.client)
    assert remains(mongodb.client, clean) == []
    leave(mongodb.client)
    assert remains(mongodb.client, clean) != [], "the proof should see what is left"
    mongodb.reset()
    assert remains(mongodb.client, clean) == []


def test_documents_do_not_come_back_after_a_crash(mongodb: MongoDB) -> None:
    mongodb.database.docs.with_options(write_concern=pymongo.WriteConcern(j=True)).insert_one({"old": True})
    mongodb.reset()
    mongodb.crash()
    assert mongodb.client.list_database_names() == ["admin", "config", "local"]


def test_connection_that_stays_is_nobodys(mongodb: MongoDB) -> None:
    with mongodb_student(mongodb) as student:
        student.student.docs.insert_one({})
        mongodb.reset()
        with pytest.raises(OperationFailure, match=r"requires authentication|not authorized"):
            student.student.docs.insert_one({})
    with mongodb_student(mongodb) as student:
        student.student.docs.insert_one({})


def test_work_that_runs_on_is_ended(mongodb: MongoDB) -> None:
    mongodb.database.docs.insert_many([{"number": number} for number in range(3000)])
    endless: list[dict[str, Any]] = [
        {"$lookup": {"from": "docs", "pipeline": [], "as": f"all{step}"}} for step in range(9)
    ]
    endless += [{"$unwind": f"$all{step}"} for step in range(9)]

    def wait(student: Client) -> None:
        with suppress(PyMongoError):
            list(student.student.docs.aggregate([*endless, {"$count": "all"}]))

    with mongodb_student(mongodb) as student:
        worker = threading.Thread(target=wait, args=[student])
        worker.start()
        while not any("$lookup" in str(work.get("command")) for work in _work(mongodb)):
            time.sleep(0.01)
        started = time.monotonic()
        mongodb.reset()
        assert time.monotonic() - started < 2
        worker.join(5)
        assert not worker.is_alive()


def _work(mongodb: MongoDB) -> list[dict[str, object]]:
    found: list[dict[str, object]] = mongodb.client.admin.command({"currentOp": 1, "active": True})["inprog"]
    return [work for work in found if "currentOp" not in str(work.get("command"))]


def test_clients_of_the_grader_work_after_a_reset(mongodb: MongoDB) -> None:
    client = mongodb.client
    client.student.docs.insert_one({})
    mongodb.reset()
    assert client.student.docs.count_documents({}) == 0
    assert mongodb.client is client


def test_what_cannot_be_cleaned_is_named(mongodb: MongoDB, monkeypatch: pytest.MonkeyPatch) -> None:
    clean = baseline(mongodb.client)
    # As if the server had been started with another: this one cannot be set later.
    wrong = Baseline(**{**vars(clean), "parameters": {**clean.parameters, "enableLocalhostAuthBypass": True}})
    monkeypatch.setattr(mongodb, "_baseline", wrong)
    with pytest.raises(
        ServiceError, match="not clean after a reset; there is left: the parameter enableLocalhost"
    ):
        mongodb.reset()


def test_server_that_remembers_too_many_sessions_is_not_clean(start_mongodb: StartMongoDB) -> None:
    mongodb = start_mongodb()
    with mongodb_student(mongodb) as student:
        fill_with_sessions(student)
    with pytest.raises(ServiceError, match=r"there is left: the memory of 12\d,\d{3} sessions"):
        mongodb.reset()


def test_reset_of_a_dead_or_stopped_server_is_an_error(start_mongodb: StartMongoDB) -> None:
    mongodb = start_mongodb()
    mongodb._server.kill()  # noqa: SLF001 - as if it had died
    with pytest.raises(ServiceError, match="cannot be emptied"):
        mongodb.reset()
    mongodb.stop()
    with pytest.raises(ServiceError, match="not been started"):
        mongodb.reset()

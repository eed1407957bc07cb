"""A local MongoDB server: start, accounts, restart, crash."""

import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pymongo
import pytest
from pymongo import WriteConcern
from pymongo.errors import OperationFailure

from grader.config import ServiceSettings
from grader.errors import ServiceError
from grader.services.backends import local
from grader.services.backends.local import LocalBackend
from grader.services.mongodb import MongoDB
from grader.services.run import MARK, Run
from tests.services.conftest import StartMongoDB, mongodb_student

LOOP = "function() { while (true) {} }"
DURABLE = WriteConcern(w=1, j=True)


def process_of(mongodb: MongoDB) -> psutil.Process:
    return psutil.Process(mongodb.client.admin.command("serverStatus")["pid"])


def test_answers_the_grader_and_the_student(mongodb: MongoDB) -> None:
    with mongodb_student(mongodb) as student:
        student.get_default_database().docs.insert_one({"name": "Ada"})
    assert mongodb.database.docs.count_documents({"name": "Ada"}) == 1
    assert mongodb.url == f"mongodb://student:student@127.0.0.1:{mongodb.port}/student?authSource=student"
    assert mongodb.version == mongodb.client.server_info()["version"]


def test_is_started_and_reset_quickly(start_mongodb: StartMongoDB) -> None:
    started = time.perf_counter()
    mongodb = start_mongodb()
    assert time.perf_counter() - started < 5, "a server starts in about half a second"
    mongodb.database.docs.insert_many([{"number": number} for number in range(100)])
    started = time.perf_counter()
    for _ in range(5):
        mongodb.reset()
    assert time.perf_counter() - started < 1, "a reset takes about 10 ms"


def test_listens_on_loopback_and_its_own_socket_only(mongodb: MongoDB) -> None:
    connections = process_of(mongodb).net_connections("all")
    listening = {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    assert 1024 < mongodb.port < 32768
    assert not Path(f"/tmp/mongodb-{mongodb.port}.sock").exists(), "anybody could come by there"  # noqa: S108


def test_server_sees_nothing_of_the_environment(
    start_mongodb: StartMongoDB, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "canary")
    environment = process_of(start_mongodb()).environ()
    assert set(environment) <= {"PATH", "LANG", MARK}
    assert environment[MARK] == run.id


def test_command_line_holds_no_secret_and_files_are_private(start_mongodb: StartMongoDB, run: Run) -> None:
    mongodb = start_mongodb()
    (key,) = run.folder.glob("mongodb-*/config/*")
    assert key.stat().st_mode & 0o077 == 0
    line = " ".join(process_of(mongodb).cmdline())
    assert key.read_text() not in line
    assert "enableLocalhostAuthBypass=false" in line


def test_nobody_comes_in_without_an_account(mongodb: MongoDB) -> None:
    with pymongo.MongoClient[dict[str, Any]](mongodb.host, mongodb.port) as stranger:
        with pytest.raises(OperationFailure, match="requires authentication"):
            stranger.student.docs.find_one()
        with pytest.raises(OperationFailure, match="requires authentication"):
            stranger.admin.command({"createUser": "eve", "pwd": "eve", "roles": ["root"]})


@pytest.mark.parametrize(
    "command",
    [
        {"shutdown": 1},
        {"fsync": 1, "lock": True},
        {"setParameter": 1, "journalCommitInterval": 1},
        {"getParameter": "*"},
        {"killAllSessions": []},
        {"killOp": 1, "op": 1},
        {"createUser": "eve", "pwd": "eve", "roles": ["root"]},
        {"grantRolesToUser": "student", "roles": ["root"]},
        {"listDatabases": 1, "authorizedDatabases": False},
        {"setFeatureCompatibilityVersion": "5.0"},
        {"replSetInitiate": {}},
        {"logRotate": 1},
        {"find": "system.users"},
    ],
    ids=lambda command: next(iter(command)),
)
def test_student_may_not(mongodb: MongoDB, command: dict[str, Any]) -> None:
    with (
        mongodb_student(mongodb) as student,
        pytest.raises(OperationFailure, match=r"not authorized|Insufficient permissions"),
    ):
        student.admin.command(command)
    assert mongodb.is_intact()


@pytest.mark.parametrize(
    "command", [{"profile": 2}, {"dropUser": "student"}, {"updateUser": "student", "pwd": "x"}]
)
def test_student_may_not_even_in_the_own_database(mongodb: MongoDB, command: dict[str, Any]) -> None:
    with mongodb_student(mongodb) as student, pytest.raises(OperationFailure, match="not authorized"):
        student.get_default_database().command(command)


def test_student_reaches_no_other_database(mongodb: MongoDB) -> None:
    mongodb.client.other.docs.insert_one({})
    with mongodb_student(mongodb) as student:
        for database in (student.other, student.local, student.config):
            with pytest.raises(OperationFailure, match="not authorized"):
                database.docs.find_one()
        with pytest.raises(OperationFailure, match="not authorized"):
            list(student.student.docs.aggregate([{"$out": {"db": "other", "coll": "docs"}}]))


@pytest.mark.parametrize(
    "work",
    [
        {"find": "docs", "filter": {"$where": LOOP}},
        {
            "aggregate": "docs",
            "cursor": {},
            "pipeline": [{"$project": {"x": {"$function": {"body": LOOP, "args": [], "lang": "js"}}}}],
        },
    ],
    ids=["where", "function"],
)
def test_server_runs_no_scripts(mongodb: MongoDB, work: dict[str, Any]) -> None:
    mongodb.database.docs.insert_one({})
    with mongodb_student(mongodb) as student, pytest.raises(OperationFailure, match=r"(?i)javascript|script"):
        student.student.command(work)


def test_student_may_do_what_labs_need(mongodb: MongoDB) -> None:
    with mongodb_student(mongodb) as student:
        database = student.get_default_database()
        database.docs.insert_many([{"name": "Ada", "age": 36}, {"name": "Bo", "age": 1}])
        database.docs.create_index("name", unique=True)
        assert set(database.docs.index_information()) == {"_id_", "name_1"}
        explained = database.command({"explain": {"find": "docs", "filter": {"name": "Ada"}}})
        assert "IXSCAN" in str(explained["queryPlanner"])
        assert database.command("collStats", "docs")["count"] == 2
        assert (
            next(database.docs.aggregate([{"$group": {"_id": None, "sum": {"$sum": "$age"}}}]))["sum"] == 37
        )
        database.create_collection("checked", validator={"name": {"$type": "string"}})
        with student.start_session() as session:
            assert database.docs.find_one({"name": "Bo"}, session=session)
        assert sorted(database.list_collection_names()) == ["checked", "docs"]
        database.docs.drop_index("name_1")
        database.docs.drop()


@pytest.mark.parametrize("concern", [DURABLE, WriteConcern(w="majority")], ids=["journal", "majority"])
def test_crash_keeps_what_awaited_the_journal(mongodb: MongoDB, concern: WriteConcern) -> None:
    mongodb.flush_journal()
    mongodb.database.docs.with_options(write_concern=concern).insert_one({"kept": True})
    before, client = mongodb.identity(), mongodb.client
    mongodb.crash()
    assert mongodb.database.docs.count_documents({}) == 1
    assert mongodb.identity() != before
    assert mongodb.client is not client
    assert mongodb.is_intact()


@pytest.mark.parametrize("wait_s", [0.0, 0.3])
def test_crash_loses_a_default_write(mongodb: MongoDB, wait_s: float) -> None:
    mongodb.database.docs.with_options(write_concern=DURABLE).insert_one({"kept": True})
    mongodb.flush_journal()
    mongodb.database.docs.insert_one({"kept": False})
    time.sleep(wait_s)
    mongodb.crash()
    assert [found["kept"] for found in mongodb.database.docs.find()] == [True]


def test_default_write_reaches_the_disk_within_the_interval(mongodb: MongoDB) -> None:
    mongodb.flush_journal()
    mongodb.database.docs.insert_one({})
    time.sleep(0.7)
    mongodb.crash()
    assert mongodb.database.docs.count_documents({}) == 1


def test_clean_restart_keeps_everything(mongodb: MongoDB) -> None:
    mongodb.flush_journal()
    mongodb.database.docs.insert_one({})
    before, port, argument = mongodb.identity(), mongodb.port, mongodb.argument("pymongo.database.Database")
    mongodb.restart()
    assert mongodb.database.docs.count_documents({}) == 1
    assert mongodb.identity() != before
    assert mongodb.port == port, "a client that reconnects should find the server again"
    assert mongodb.argument("pymongo.database.Database") != argument, "a restart should make another client"
    with mongodb_student(mongodb) as student:
        assert student.student.docs.find_one()


def test_restart_of_a_dead_server_is_an_error(start_mongodb: StartMongoDB) -> None:
    mongodb = start_mongodb()
    process_of(mongodb).kill()
    with pytest.raises(ServiceError, match="cannot be stopped cleanly"):
        mongodb.restart()


def test_is_intact_only_as_the_same_run(start_mongodb: StartMongoDB) -> None:
    mongodb = start_mongodb()
    assert mongodb.is_intact()
    process = process_of(mongodb)
    process.suspend()
    started = time.monotonic()
    assert not mongodb.is_intact()
    assert time.monotonic() - started <= 2
    process.resume()
    assert mongodb.is_intact()
    process.kill()
    started = time.monotonic()
    assert not mongodb.is_intact()
    assert time.monotonic() - started <= 2
    mongodb.stop()
    assert not mongodb.is_intact()


def test_port_that_was_taken_meanwhile_is_left_alone(
    start_mongodb: StartMongoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        taken = occupant.getsockname()[1]
        free_port, offers = local._free_port, [taken]  # noqa: SLF001 - what it offers is to be taken
        monkeypatch.setattr(local, "_free_port", lambda: offers.pop() if offers else free_port())
        assert start_mongodb().port != taken


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Fatal: no luck today", "no luck today"),
        (
            "mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file",
            r"library libcurl\.so\.4.*apt-get install libcurl4",
        ),
        (
            '{"s": "E", "msg": "no room", "attr": {"path": "/x"}}\n{"s": "I", "msg": "bye"}',
            'no room {"path": "/x"}$',
        ),
    ],
)
def test_log_says_why_a_server_did_not_start(run: Run, tmp_path: Path, words: str, said: str) -> None:
    program = tmp_path / "mongod"
    program.write_text(f"#!/bin/sh\necho '{words}'\nexit 127\n")
    program.chmod(0o755)
    settings = ServiceSettings(program=str(program))
    mongodb = MongoDB(LocalBackend(run, {"mongodb": settings}), settings)
    with pytest.raises(ServiceError, match=said):
        mongodb.start()
    assert not list(run.folder.glob("mongodb-*"))


def test_stop_leaves_nothing_and_can_be_repeated(start_mongodb: StartMongoDB, run: Run) -> None:
    mongodb = start_mongodb()
    process = process_of(mongodb)
    with closing(socket.create_connection((mongodb.host, mongodb.port))):
        started = time.monotonic()
        mongodb.stop()
        mongodb.stop()
        assert time.monotonic() - started < 2
    assert not process.is_running()
    assert not list(run.folder.glob("mongodb-*"))
    with pytest.raises(ServiceError, match="not been started"):
        _ = mongodb.client


def test_documents_count_as_stored_before_they_are_compressed_and_written(mongodb: MongoDB) -> None:
    before = mongodb.stored_bytes()
    mongodb.database.docs.insert_many([{"text": "x" * 5_000_000} for _ in range(4)])
    assert mongodb.stored_bytes() >= before + 19_000_000
    mongodb.reset()
    assert mongodb.stored_bytes() < before + 1_000_000

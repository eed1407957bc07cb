"""A MongoDB server that somebody else runs."""

import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo.errors import OperationFailure

from grader.config import ServiceSettings
from grader.errors import RestartImpossibleError, ServiceError
from grader.services.backends.external import ExternalBackend
from grader.services.backends.local import find_program
from grader.services.mongodb import MongoDB
from grader.services.mongodb.connect import Client, connect
from tests.services.conftest import StartMongoDB, fill_with_sessions, mongodb_student
from tests.services.test_external import AGAIN

Take = Callable[..., MongoDB]


@pytest.fixture
def elsewhere(start_mongodb: StartMongoDB) -> MongoDB:
    """A server that plays the one that somebody else runs."""
    mongodb = start_mongodb()
    # Who runs it is no grader.
    mongodb._drop_client()  # noqa: SLF001 - nobody else needs that
    mongodb._client = connect(mongodb._server, mongodb._accounts.grader, 5, "somebody")  # noqa: SLF001 - likewise
    mongodb.database.command("dropUser", "student")
    return mongodb


@pytest.fixture
def take(elsewhere: MongoDB) -> Iterator[Take]:
    taken: list[MongoDB] = []

    def start(**more: str) -> MongoDB:
        grader = elsewhere._accounts.grader  # noqa: SLF001 - the one who runs it knows it
        url = f"mongodb://{grader.name}:{grader.password}@127.0.0.1:{elsewhere.port}/?authSource=admin"
        settings = ServiceSettings(url=url, **more)
        mongodb = MongoDB(ExternalBackend({"mongodb": settings}), settings)
        mongodb.start()
        taken.append(mongodb)
        return mongodb

    yield start
    for mongodb in taken:
        mongodb.stop()


def state(client: Client) -> tuple[Any, ...]:
    users = client.admin.command("usersInfo", {"forAllDBs": True})["users"]
    roles = client.admin.command("rolesInfo", 1)["roles"]
    interval = client.admin.command("getParameter", 1, journalCommitInterval=True)["journalCommitInterval"]
    return [user["_id"] for user in users], roles, interval, client.list_database_names()


def test_student_has_an_account_with_a_password_and_few_rights(take: Take, elsewhere: MongoDB) -> None:
    mongodb = take()
    assert mongodb.url.startswith("mongodb://student:")
    assert "student:student@" not in mongodb.url
    with mongodb_student(mongodb) as student:
        student.student.docs.insert_one({})
        with pytest.raises(OperationFailure, match="not authorized"):
            student.other.docs.insert_one({})
    mongodb.reset()
    assert elsewhere.database.docs.count_documents({}) == 0
    assert mongodb.is_intact()


def test_server_that_remembers_too_many_sessions_is_refused(take: Take, elsewhere: MongoDB) -> None:
    fill_with_sessions(elsewhere.client)
    before = state(elsewhere.client)
    with pytest.raises(ServiceError, match=r"memory of 12\d,\d{3} sessions.*Wait five minutes"):
        take()
    assert state(elsewhere.client) == before


def test_server_is_given_back_as_it_was(take: Take, elsewhere: MongoDB) -> None:
    elsewhere.client.admin.command("setParameter", 1, journalCommitInterval=77)
    before = state(elsewhere.client)
    mongodb = take()
    assert state(elsewhere.client)[2] == 500
    mongodb.database.docs.insert_one({})
    mongodb.stop()
    mongodb.stop()
    assert state(elsewhere.client) == before


def test_server_with_data_is_refused_and_left_alone(take: Take, elsewhere: MongoDB) -> None:
    elsewhere.client.precious.docs.insert_one({})
    before = state(elsewhere.client)
    with pytest.raises(ServiceError, match="not empty: there are the databases precious"):
        take()
    assert elsewhere.client.precious.docs.count_documents({}) == 1
    assert state(elsewhere.client) == before


def test_data_that_a_killed_grader_left_is_ours(take: Take, elsewhere: MongoDB) -> None:
    killed = take()
    killed.database.docs.insert_one({})
    killed._drop_client()  # noqa: SLF001 - as its death would
    assert take().database.docs.count_documents({}) == 0
    assert elsewhere.database.docs.count_documents({}) == 0
    killed._baseline = None  # noqa: SLF001 - it can give nothing back


def test_server_that_another_grader_uses_is_refused(take: Take) -> None:
    mongodb = take()
    mongodb.database.docs.insert_one({})
    with pytest.raises(ServiceError, match="another grader is using this server"):
        take()
    assert mongodb.database.docs.count_documents({}) == 1


@pytest.mark.parametrize(
    ("action", "setting"), [("restart", "GRADER_MONGODB_RESTART"), ("crash", "GRADER_MONGODB_CRASH")]
)
def test_restart_without_a_command_names_the_setting(take: Take, action: str, setting: str) -> None:
    mongodb = take()
    with pytest.raises(RestartImpossibleError, match=setting):
        getattr(mongodb, action)()
    assert mongodb.is_intact()


def test_command_that_restarts_nothing_is_noticed(take: Take) -> None:
    mongodb = take(crash="true")
    with pytest.raises(ServiceError, match="was not restarted"):
        mongodb.crash()


@pytest.mark.parametrize(("action", "left"), [("restart", 1), ("crash", 0)])
def test_commands_restart_and_crash_the_server(
    take: Take, elsewhere: MongoDB, tmp_path: Path, action: str, left: int
) -> None:
    process = psutil.Process(elsewhere.client.admin.command("serverStatus")["pid"])
    script = tmp_path / "again"
    script.write_text(AGAIN)
    command = shlex.join([sys.executable, str(script), str(process.pid), action, *process.cmdline()])
    mongodb = take(**{action: command})
    mongodb.flush_journal()
    mongodb.database.docs.insert_one({})
    getattr(mongodb, action)()
    try:
        assert mongodb.database.docs.count_documents({}) == left
        with mongodb_student(mongodb) as student:
            student.student.docs.find_one()
        mongodb.reset()
    finally:
        mongodb.stop()
        psutil.Process(elsewhere.client.admin.command("serverStatus")["pid"]).kill()


def test_wrong_password_is_said_at_once(elsewhere: MongoDB) -> None:
    settings = ServiceSettings(url=f"mongodb://grader:wrong@127.0.0.1:{elsewhere.port}")
    mongodb = MongoDB(ExternalBackend({"mongodb": settings}), settings)
    with pytest.raises(ServiceError, match=r"does not answer: .*Authentication failed"):
        mongodb.start()


def test_account_without_rights_is_said(take: Take) -> None:
    settings = ServiceSettings(url=take().url)
    mongodb = MongoDB(ExternalBackend({"mongodb": settings}), settings)
    with pytest.raises(ServiceError, match=r"not authorized"):
        mongodb.start()


@pytest.mark.parametrize("url", ["", "http://localhost:27017", "mongodb://", "mongodb://host:port"])
def test_url_that_is_none_is_named(url: str) -> None:
    settings = ServiceSettings(url=url)
    with pytest.raises(ServiceError, match="GRADER_MONGODB_URL"):
        MongoDB(ExternalBackend({"mongodb": settings}), settings)


def test_server_that_lets_everybody_in_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = find_program("mongodb", "mongod", "")
    command = [program, "--dbpath", str(tmp_path), "--port", str(port), "--nounixsocket", "--quiet"]
    settings = ServiceSettings(url=f"mongodb://127.0.0.1:{port}")
    mongodb = MongoDB(ExternalBackend({"mongodb": settings}), settings)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            with pytest.raises(ServiceError, match="lets everybody in"):
                mongodb.start()
        finally:
            server.kill()

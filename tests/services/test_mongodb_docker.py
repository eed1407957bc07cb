"""A MongoDB server in a container."""

from collections.abc import Iterator
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure

from grader.config import ServiceSettings, Settings
from grader.services.base import BackendName
from grader.services.lease import Lease, lease
from grader.services.mongodb import MongoDB
from grader.services.run import Run, open_run
from tests.services.conftest import MONGODB_IMAGE_HERE, mongodb_student
from tests.services.engine import containers, docker, inspect, volumes, volumes_left

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def leased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lease, Run]]:
    """One server for all tests, since it takes seconds to start."""
    state_dir = tmp_path_factory.mktemp("state")
    of = {"mongodb": ServiceSettings(image=MONGODB_IMAGE_HERE)}
    settings = Settings(services="docker", state_dir=state_dir, of=of)
    with open_run(state_dir) as run:
        with lease(("mongodb",), settings, run, {}) as leased:
            known = volumes(run.id)
            assert known, "the test would see nothing"
            yield leased, run
        assert containers(run.id) == []
    assert volumes_left(known) == set()


@pytest.fixture
def mongodb(leased: tuple[Lease, Run]) -> MongoDB:
    service = leased[0].services["mongodb"]
    assert isinstance(service, MongoDB)
    service.reset()
    return service


def test_answers_the_grader_and_the_student(mongodb: MongoDB, leased: tuple[Lease, Run]) -> None:
    assert leased[0].backend is BackendName.DOCKER
    with mongodb_student(mongodb) as student:
        student.student.docs.insert_one({"name": "Ada"})
        with pytest.raises(OperationFailure, match="not authorized"):
            student.other.docs.find_one()
        with pytest.raises(OperationFailure, match=r"(?i)javascript|script"):
            student.student.docs.find_one({"$where": "true"})
    assert mongodb.database.docs.count_documents({}) == 1


def test_nobody_comes_in_without_an_account(mongodb: MongoDB) -> None:
    with (
        pymongo.MongoClient[dict[str, Any]](mongodb.host, mongodb.port) as stranger,
        pytest.raises(OperationFailure, match="requires authentication"),
    ):
        stranger.student.docs.find_one()


def test_server_is_not_root_and_knows_no_password_in_its_environment(
    mongodb: MongoDB, leased: tuple[Lease, Run]
) -> None:
    del mongodb
    shown = docker("exec", *containers(leased[1].id), "cat", "/proc/1/status")
    (uids,) = (line.split()[1:] for line in shown.splitlines() if line.startswith("Uid:"))
    assert "0" not in uids
    described = inspect(leased[1].id)
    bindings = described["HostConfig"]["PortBindings"]["27017/tcp"]
    assert [binding["HostIp"] == "" for binding in bindings] == [False], "other machines could reach it"


def test_crash_keeps_what_awaited_the_journal_and_nothing_else(mongodb: MongoDB) -> None:
    durable = mongodb.database.docs.with_options(write_concern=pymongo.WriteConcern(j=True))
    durable.insert_one({"kept": True})
    mongodb.flush_journal()
    mongodb.database.docs.insert_one({"kept": False})
    before = mongodb.identity()
    mongodb.crash()
    assert [found["kept"] for found in mongodb.database.docs.find()] == [True]
    assert mongodb.identity() != before
    mongodb.reset()
    mongodb.crash()
    assert mongodb.client.list_database_names() == ["admin", "config", "local"]


def test_clean_restart_keeps_everything(mongodb: MongoDB) -> None:
    mongodb.flush_journal()
    mongodb.database.docs.insert_one({})
    mongodb.restart()
    with mongodb_student(mongodb) as student:
        assert student.student.docs.count_documents({}) == 1
    mongodb.reset()
    assert mongodb.is_intact()


def test_is_intact_only_as_the_same_run(mongodb: MongoDB, leased: tuple[Lease, Run]) -> None:
    assert mongodb.is_intact()
    docker("kill", *containers(leased[1].id))
    assert not mongodb.is_intact()
    mongodb.crash()
    assert mongodb.is_intact()

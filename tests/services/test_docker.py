"""A Redis server in a container."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import redis as driver
from redis.exceptions import ResponseError

from grader.config import ServiceSettings, Settings
from grader.errors import ServiceError
from grader.services.base import BackendName
from grader.services.lease import Lease, lease
from grader.services.redis import Redis
from grader.services.run import Owner, Run, open_run
from grader.services.sweep import sweep_leftovers
from tests.services.conftest import REDIS_IMAGE_HERE, SAVING, MakeSettings
from tests.services.engine import containers, docker, inspect, volumes, volumes_left

pytestmark = pytest.mark.docker

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def leased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lease, Run]]:
    """One server for the tests that leave it well."""
    state_dir = tmp_path_factory.mktemp("state")
    of = {"redis": ServiceSettings(image=REDIS_IMAGE_HERE)}
    settings = Settings(services="docker", state_dir=state_dir, of=of)
    with open_run(state_dir) as run, lease(("redis",), settings, run, {"redis": SAVING}) as leased:
        yield leased, run


@pytest.fixture
def redis(leased: tuple[Lease, Run]) -> Redis:
    service = leased[0].services["redis"]
    assert isinstance(service, Redis)
    service.reset()
    return service


def test_answers_the_grader_and_the_student(redis: Redis, leased: tuple[Lease, Run]) -> None:
    assert leased[0].backend is BackendName.DOCKER
    with closing(driver.Redis.from_url(redis.url)) as student:
        student.set("landing", "1")
        with pytest.raises(ResponseError, match="permission"):
            student.config_set("maxmemory", 1)
    assert redis.client.get("landing") == b"1"


def test_container_is_marked_and_bounded(redis: Redis, leased: tuple[Lease, Run]) -> None:
    del redis
    described = inspect(leased[1].id)
    assert described["Config"]["Labels"]["dblab-grader.owner"] == str(Owner.of_this_process())
    bindings = described["HostConfig"]["PortBindings"]["6379/tcp"]
    assert [binding["HostIp"] == "" for binding in bindings] == [False], "other machines could reach it"
    assert described["HostConfig"]["PidsLimit"]
    assert "no-new-privileges" in described["HostConfig"]["SecurityOpt"]


def test_server_is_not_root(redis: Redis, leased: tuple[Lease, Run]) -> None:
    del redis
    shown = docker("exec", *containers(leased[1].id), "cat", "/proc/1/status")
    (uids,) = (line.split()[1:] for line in shown.splitlines() if line.startswith("Uid:"))
    assert "0" not in uids


def test_no_second_container_is_started(redis: Redis) -> None:
    del redis
    assert "ryuk" not in docker("ps", "--all", "--format", "{{.Image}}")


def test_crash_keeps_what_was_saved_and_nothing_else(redis: Redis) -> None:
    redis.client.set("saved", 1)
    redis.client.save()
    redis.client.set("unsaved", 1)
    before = redis.identity()
    redis.crash()
    assert redis.client.keys() == [b"saved"]
    assert redis.identity() != before
    redis.reset()
    redis.crash()
    assert redis.client.dbsize() == 0


def test_clean_restart_keeps_everything(redis: Redis) -> None:
    redis.client.set("unsaved", 1)
    redis.restart()
    assert redis.client.get("unsaved") == b"1"
    with closing(driver.Redis.from_url(redis.url)) as student:
        assert student.ping()


def test_is_intact_only_as_the_same_run(redis: Redis, leased: tuple[Lease, Run]) -> None:
    assert redis.is_intact()
    docker("kill", *containers(leased[1].id))
    assert not redis.is_intact()
    redis.crash()
    assert redis.is_intact()


def test_log_says_why_a_server_did_not_start(make_settings: MakeSettings, run: Run) -> None:
    unknown = {"redis": ("no-such-command",)}
    with (
        pytest.raises(ServiceError, match=r"(?s)ended as soon as it was started.*no-such-command"),
        lease(("redis",), make_settings("docker"), run, unknown),
    ):
        pass
    assert containers(run.id) == []


def test_renewed_server_is_another_and_nothing_is_left(make_settings: MakeSettings, run: Run) -> None:
    with lease(("redis",), make_settings("docker"), run, {}) as leased:
        (first,) = containers(run.id)
        known = volumes(run.id)
        leased.renew()
        (second,) = containers(run.id)
        known |= volumes(run.id)
        assert first != second
    assert containers(run.id) == []
    assert volumes_left(known) == set()
    assert sorted(path.name for path in run.folder.iterdir()) == ["files", "lock", "owner.json"]


def test_nothing_of_a_killed_grader_is_left(make_settings: MakeSettings) -> None:
    settings = make_settings("docker")
    command = [sys.executable, "-m", "tests.services.holder", "docker", str(settings.state_dir)]
    with subprocess.Popen(
        [*command, settings.of["redis"].image], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as grader:
        assert grader.stdout is not None
        held = json.loads(grader.stdout.readline())
        grader.kill()
    assert not psutil.pid_exists(grader.pid)
    assert len(containers(held["run"])) == 1, "the container outlives its grader"
    assert sweep_leftovers(settings.state_dir) == (held["run"],)
    assert containers(held["run"]) == []
    assert list(settings.state_dir.iterdir()) == []

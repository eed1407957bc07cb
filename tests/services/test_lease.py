"""Leased servers: started, renewed, and gone afterwards."""

import time

import psutil
import pytest
import redis as driver

from grader.errors import ServiceError
from grader.services.base import BackendName
from grader.services.lease import lease
from grader.services.redis import Redis
from grader.services.run import Run
from tests.services.conftest import MakeSettings


def test_servers_are_there_and_gone_afterwards(make_settings: MakeSettings, run: Run) -> None:
    with lease(("redis",), make_settings(), run, {"redis": ("save",)}) as leased:
        assert leased.backend is BackendName.LOCAL
        assert leased.notes == ()
        redis = leased.services["redis"]
        assert isinstance(redis, Redis)
        with driver.Redis.from_url(redis.url) as student:
            assert student.save()
        process = psutil.Process(redis.client.info("server")["process_id"])
    assert not process.is_running()
    assert sorted(path.name for path in run.folder.iterdir()) == ["files", "lock", "owner.json"]


def test_servers_end_when_the_body_fails(make_settings: MakeSettings, run: Run) -> None:
    processes = []

    def fail() -> None:
        with lease(("redis",), make_settings(), run, {}) as leased:
            processes.append(psutil.Process(leased.services["redis"].client.info("server")["process_id"]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not processes[0].is_running()


def test_renewed_server_is_another(make_settings: MakeSettings, run: Run) -> None:
    with lease(("redis",), make_settings(), run, {}) as leased:
        broken = leased.services["redis"]
        broken.client.set("old", 1)
        process = psutil.Process(broken.client.info("server")["process_id"])
        process.suspend()
        started = time.monotonic()
        leased.renew()
        assert time.monotonic() - started < 2, "a server that hangs is killed, not asked"
        redis = leased.services["redis"]
        assert redis is not broken
        assert redis.client.dbsize() == 0
        assert redis.is_intact()
        assert not process.is_running()


def test_server_that_does_not_start_leaves_nothing(make_settings: MakeSettings, run: Run) -> None:
    with (
        pytest.raises(ServiceError, match="ended as soon as it was started"),
        lease(("redis",), make_settings(program="/bin/false"), run, {}),
    ):
        pass
    assert sorted(path.name for path in run.folder.iterdir()) == ["files", "lock", "owner.json"]


def test_unknown_service_is_named(make_settings: MakeSettings, run: Run) -> None:
    with (
        pytest.raises(ServiceError, match=r"no service oracle\. Those that there are: redis"),
        lease(("oracle",), make_settings(), run, {}),
    ):
        pass


def test_lab_without_services_starts_nothing(make_settings: MakeSettings, run: Run) -> None:
    with lease((), make_settings("docker"), run, {}) as leased:
        assert leased.services == {}

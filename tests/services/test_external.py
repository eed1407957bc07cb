"""Servers that somebody else runs."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import redis as driver
from redis.exceptions import ResponseError

from grader.config import ServiceSettings
from grader.errors import RestartImpossibleError, ServiceError
from grader.services.backends.external import ExternalBackend
from grader.services.redis import Redis
from tests.services.conftest import StartRedis

Take = Callable[..., Redis]

AGAIN = """
import os, signal, subprocess, sys, time
pid, kind, arguments = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
os.kill(pid, signal.SIGTERM if kind == "restart" else signal.SIGKILL)
deadline = time.monotonic() + 5
while time.monotonic() < deadline and open(f"/proc/{pid}/stat").read().rsplit(")")[1].split()[0] != "Z":
    time.sleep(0.01)
subprocess.Popen(arguments, stdout=subprocess.DEVNULL, start_new_session=True)
"""
"""Ends a server, whose parent does not await it, and starts it again."""


@pytest.fixture
def elsewhere(start_redis: StartRedis) -> Redis:
    """A server that plays the one that somebody else runs."""
    redis = start_redis()
    # Who runs it is no grader.
    redis.client.client_setname("somebody")
    return redis


@pytest.fixture
def take(elsewhere: Redis) -> Iterator[Take]:
    taken: list[Redis] = []

    def start(**more: str) -> Redis:
        account = elsewhere.client.connection_pool.connection_kwargs
        user, password = account["username"], account["password"]
        url = f"redis://{user}:{password}@127.0.0.1:{elsewhere.port}"
        settings = ServiceSettings(url=url, **more)
        redis = Redis(ExternalBackend({"redis": settings}), settings, commands=("save",))
        redis.start()
        taken.append(redis)
        return redis

    yield start
    for redis in taken:
        redis.stop()


def test_student_has_an_account_with_a_password_and_few_rights(take: Take, elsewhere: Redis) -> None:
    redis = take()
    assert redis.url.startswith("redis://student:")
    with closing(driver.Redis.from_url(redis.url)) as student:
        student.set("key", 1)
        assert student.save()
        with pytest.raises(ResponseError, match="permission"):
            student.config_set("maxmemory", 1)
        redis.reset()
    assert elsewhere.client.dbsize() == 0
    assert redis.is_intact()


def test_server_is_given_back_as_it_was(take: Take, elsewhere: Redis) -> None:
    users = elsewhere.client.acl_list()
    redis = take()
    redis.client.set("key", 1)
    redis.stop()
    redis.stop()
    assert elsewhere.client.acl_list() == users
    assert elsewhere.client.dbsize() == 0


def test_server_with_data_is_refused_and_left_alone(take: Take, elsewhere: Redis) -> None:
    elsewhere.client.set("precious", 1)
    users = elsewhere.client.acl_list()
    with pytest.raises(ServiceError, match="not empty: there are keys in db0"):
        take()
    assert elsewhere.client.get("precious") == b"1"
    assert elsewhere.client.acl_list() == users


def test_data_that_a_killed_grader_left_is_ours(take: Take, elsewhere: Redis) -> None:
    killed = take()
    killed.client.set("left", 1)
    killed.client.close()
    assert elsewhere.client.dbsize() == 1
    take()
    assert elsewhere.client.dbsize() == 0


def test_server_of_another_grader_is_refused(take: Take) -> None:
    redis = take()
    redis.client.set("key", 1)
    with pytest.raises(ServiceError, match="another grader is using this server"):
        take()
    assert redis.client.get("key") == b"1"


@pytest.mark.parametrize(
    ("action", "setting"), [("restart", "GRADER_REDIS_RESTART"), ("crash", "GRADER_REDIS_CRASH")]
)
def test_restart_without_a_command_names_the_setting(take: Take, action: str, setting: str) -> None:
    redis = take()
    with pytest.raises(RestartImpossibleError, match=setting):
        getattr(redis, action)()
    assert redis.is_intact()


def test_command_that_fails_says_what_it_said(take: Take, tmp_path: Path) -> None:
    script = tmp_path / "restart"
    script.write_text("import sys; sys.exit('no such container')")
    redis = take(restart=f"{sys.executable} {script}")
    with pytest.raises(ServiceError, match="no such container"):
        redis.restart()


def test_command_that_restarts_nothing_is_noticed(take: Take) -> None:
    redis = take(crash="true")
    with pytest.raises(ServiceError, match="was not restarted"):
        redis.crash()


@pytest.mark.parametrize(("action", "left"), [("restart", 1), ("crash", 0)])
def test_commands_restart_and_crash_the_server(
    take: Take, elsewhere: Redis, tmp_path: Path, action: str, left: int
) -> None:
    process = psutil.Process(elsewhere.client.info("server")["process_id"])
    script = tmp_path / "again"
    script.write_text(AGAIN)
    command = shlex.join([sys.executable, str(script), str(process.pid), action, *process.cmdline()])
    redis = take(**{action: command})
    redis.client.set("key", 1)
    getattr(redis, action)()
    try:
        assert redis.client.dbsize() == left
        with closing(driver.Redis.from_url(redis.url)) as student:
            assert student.ping(), "a restart forgets accounts"
        redis.reset()
    finally:
        redis.stop()
        elsewhere.client.shutdown(nosave=True)


@pytest.mark.parametrize("url", ["", "http://localhost:6379", "redis://", "redis://host:port"])
def test_url_that_is_none_is_named(url: str) -> None:
    settings = ServiceSettings(url=url)
    with pytest.raises(ServiceError, match="GRADER_REDIS_URL"):
        Redis(ExternalBackend({"redis": settings}), settings)


def test_wrong_password_is_said_at_once(elsewhere: Redis) -> None:
    settings = ServiceSettings(url=f"redis://grader:wrong@127.0.0.1:{elsewhere.port}")
    redis = Redis(ExternalBackend({"redis": settings}), settings)
    with pytest.raises(ServiceError, match=r"does not answer: .*WRONGPASS|invalid username-password"):
        redis.start()


def test_account_without_rights_is_said(elsewhere: Redis) -> None:
    settings = ServiceSettings(url=elsewhere.url)
    redis = Redis(ExternalBackend({"redis": settings}), settings)
    with pytest.raises(ServiceError, match="permission"):
        redis.start()

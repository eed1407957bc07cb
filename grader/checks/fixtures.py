"""What a check can ask for by the name of a parameter."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

import pytest

from grader.checks.grading import AWARD, OUTPUT, Grading
from grader.checks.rubric.declare import Award
from grader.errors import UsageError
from grader.services.relational import Relational
from grader.services.sqlite import Sqlite
from grader.submission.handle import Submission

if TYPE_CHECKING:
    from grader.services.mongodb import MongoDB
    from grader.services.postgres import Postgres
    from grader.services.redis import Redis

GRADING = pytest.StashKey[Grading]()
"""On the configuration: the session that is grading."""

T = TypeVar("T")


def grading_of(config: pytest.Config) -> Grading:
    """The session that is grading.

    Raises:
        UsageError: There is none, since no submission was given.
    """
    if GRADING not in config.stash:
        raise UsageError("A rubric grades a submission: say which with --submission PATH.")
    return config.stash[GRADING]


def _service(config: pytest.Config, name: str, kind: type[T]) -> T:
    service = grading_of(config).bench.service(name)
    if not isinstance(service, kind):
        raise UsageError(f"The lab's service {name} is no {kind.__name__}.")
    return service


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Iterator[Submission]:
    """The student's submission, in processes of its own that end with the check."""
    grading = grading_of(request.config)
    handle = grading.bench.handle(grading.check_of(request.node).timeout_s)
    try:
        yield handle
    finally:
        request.node.stash[OUTPUT] = handle.end()


@pytest.fixture
def award(request: pytest.FixtureRequest) -> Award:
    """Gives a part of the check's points, which stays if the check fails later."""
    current: Award = request.node.stash[AWARD]
    return current


@pytest.fixture
def redis(pytestconfig: pytest.Config) -> "Redis":
    """The lab's Redis server."""
    # Loads its driver, which other labs do not need.
    from grader.services.redis import Redis  # noqa: PLC0415

    return _service(pytestconfig, "redis", Redis)


@pytest.fixture
def mongodb(pytestconfig: pytest.Config) -> "MongoDB":
    """The lab's MongoDB server."""
    from grader.services.mongodb import MongoDB  # noqa: PLC0415

    return _service(pytestconfig, "mongodb", MongoDB)


@pytest.fixture
def postgres(pytestconfig: pytest.Config) -> "Postgres":
    """The lab's PostgreSQL server."""
    from grader.services.postgres import Postgres  # noqa: PLC0415

    return _service(pytestconfig, "postgres", Postgres)


@pytest.fixture
def sqlite(pytestconfig: pytest.Config) -> Sqlite:
    """The lab's SQLite database."""
    return _service(pytestconfig, "sqlite", Sqlite)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Relational:
    """One relational database of the lab's for each case, by the name that the check is parametrized with."""
    service = grading_of(request.config).bench.service(request.param)
    if not isinstance(service, Relational):
        raise UsageError(f"The lab's service {request.param} is no relational database.")
    return service


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """What the check's data is generated from."""
    return grading_of(pytestconfig).bench.seed

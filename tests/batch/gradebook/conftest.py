"""Gradebooks in real databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.batch.gradebook import gradebook_url
from grader.config import ServiceSettings
from grader.services.backends.local import LocalBackend
from grader.services.postgres import Postgres
from grader.services.run import open_run
from tests.services.conftest import postgres_programs


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server of this machine, for all tests of the gradebook."""
    settings = ServiceSettings(program=postgres_programs()[0])
    with open_run(tmp_path_factory.mktemp("state") / "s") as run:
        postgres = Postgres(LocalBackend(run, {"postgres": settings}), settings)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


@pytest.fixture
def postgres_url(server: Postgres) -> str:
    """An empty database's."""
    server.reset()
    return server.url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty gradebook's, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        return gradebook_url(tmp_path / "out")
    return str(request.getfixturevalue("postgres_url"))

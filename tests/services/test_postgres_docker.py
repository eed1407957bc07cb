"""A PostgreSQL server in a container."""

import os
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from grader.config import SERVERS, ServiceSettings, Settings
from grader.services.base import BackendName
from grader.services.lease import Lease, lease
from grader.services.postgres import Postgres
from grader.services.run import Run, open_run
from tests.services.engine import containers, docker, inspect, volumes, volumes_left

pytestmark = pytest.mark.docker

IMAGE = os.environ.get("GRADER_POSTGRES_IMAGE") or next(
    server.image for server in SERVERS if server.name == "postgres"
)


@pytest.fixture(scope="module")
def leased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lease, Run]]:
    state_dir = tmp_path_factory.mktemp("state")
    settings = Settings(services="docker", state_dir=state_dir, of={"postgres": ServiceSettings(image=IMAGE)})
    with open_run(state_dir) as run, lease(("postgres", "sqlite"), settings, run, {}) as leased:
        yield leased, run


@pytest.fixture
def postgres(leased: tuple[Lease, Run]) -> Postgres:
    service = leased[0].service("postgres")
    assert isinstance(service, Postgres)
    service.reset()
    return service


def test_student_connects_without_a_password_and_has_few_rights(
    postgres: Postgres, leased: tuple[Lease, Run]
) -> None:
    assert leased[0].backend is BackendName.DOCKER
    with psycopg.connect(
        host=postgres.host, port=postgres.port, dbname="student", user="student", autocommit=True
    ) as student:
        student.execute("CREATE TABLE people (name text)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            student.execute("COPY (SELECT 1) TO PROGRAM 'id'")
    assert postgres.tables() == ["people"]
    for user, database in (("grader", "student"), ("student", "template1")):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(
                host=postgres.host,
                port=postgres.port,
                dbname=database,
                user=user,
                password="student",  # noqa: S106
            )


def test_no_other_machine_reaches_it(postgres: Postgres, leased: tuple[Lease, Run]) -> None:
    del postgres
    described = inspect(leased[1].id)
    bindings = described["HostConfig"]["PortBindings"]["5432/tcp"]
    assert [binding["HostIp"] == "" for binding in bindings] == [False]


def test_crash_keeps_what_was_committed_and_nothing_else(postgres: Postgres) -> None:
    postgres.execute("CREATE TABLE people (name text)")
    with closing(psycopg.connect(postgres.argument("psycopg.Connection").url)) as student:
        student.execute("INSERT INTO people VALUES ('kept')")
        student.commit()
        student.execute("INSERT INTO people VALUES ('lost')")
        before = postgres.identity()
        postgres.crash()
    assert postgres.rows("SELECT name FROM public.people") == [("kept",)]
    assert postgres.identity() != before
    postgres.restart()
    assert postgres.is_intact()
    assert postgres.rows("SELECT name FROM public.people") == [("kept",)]
    postgres.reset()
    postgres.crash()
    assert postgres.tables() == []


def test_server_that_was_killed_is_not_intact(postgres: Postgres, leased: tuple[Lease, Run]) -> None:
    docker("kill", *containers(leased[1].id))
    assert not postgres.is_intact()
    postgres.crash()
    assert postgres.is_intact()


def test_nothing_is_left(tmp_path_factory: pytest.TempPathFactory) -> None:
    state_dir = tmp_path_factory.mktemp("state")
    settings = Settings(services="docker", state_dir=state_dir, of={"postgres": ServiceSettings(image=IMAGE)})
    with open_run(state_dir) as run:
        with lease(("postgres",), settings, run, {}):
            known = volumes(run.id)
        assert containers(run.id) == []
    assert volumes_left(known) == set()

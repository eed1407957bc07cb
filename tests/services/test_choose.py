"""Where servers run: where it was said, or else where they can."""

import socket
import threading
from pathlib import Path

import pytest

from grader.errors import ServiceError
from grader.services.base import BackendName
from grader.services.choose import choose_backend, engine_answers
from grader.services.run import Run
from tests.services.conftest import MakeSettings

MISSING = "dblab-grader/no-such-image:1"


@pytest.mark.parametrize("services", ["local", "external"])
def test_what_was_said_is_done(services: str, make_settings: MakeSettings, run: Run) -> None:
    choice = choose_backend(("redis",), make_settings(services), run)
    assert choice.backend.name == services
    assert choice.notes == ()


def test_without_an_engine_servers_run_locally(
    make_settings: MakeSettings, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    assert not engine_answers()
    assert choose_backend(("redis",), make_settings("auto"), run).backend.name is BackendName.LOCAL


def test_engine_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        asker = threading.Thread(target=engine_answers)
        asker.start()
        asker.join(5)
        assert not asker.is_alive()
        assert not engine_answers()


def test_docker_without_an_engine_says_what_to_do(
    make_settings: MakeSettings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(ServiceError, match="--services local"):
        choose_backend(("redis",), make_settings("docker"), run)


@pytest.mark.docker
def test_engine_is_preferred(make_settings: MakeSettings, run: Run) -> None:
    assert engine_answers()
    assert choose_backend(("redis",), make_settings("auto"), run).backend.name is BackendName.DOCKER


@pytest.mark.docker
def test_image_that_cannot_be_had_falls_back_with_a_note(make_settings: MakeSettings, run: Run) -> None:
    choice = choose_backend(("redis",), make_settings("auto", image=MISSING), run)
    assert choice.backend.name is BackendName.LOCAL
    assert MISSING in choice.notes[0]


@pytest.mark.docker
def test_image_that_cannot_be_had_is_an_error_where_docker_was_said(
    make_settings: MakeSettings, run: Run
) -> None:
    with pytest.raises(ServiceError, match="cannot be pulled"):
        choose_backend(("redis",), make_settings("docker", image=MISSING), run)


@pytest.mark.docker
def test_without_image_and_program_both_are_named(make_settings: MakeSettings, run: Run) -> None:
    settings = make_settings("auto", image=MISSING, program="/no/such/redis-server")
    with pytest.raises(ServiceError, match=r"(?s)cannot be pulled.*Without Docker.*/no/such/redis-server"):
        choose_backend(("redis",), settings, run)


@pytest.mark.docker
@pytest.mark.parametrize("image", ["redis", "redis:latest", "host:5000/redis", ""])
def test_image_without_a_version_is_refused(make_settings: MakeSettings, run: Run, image: str) -> None:
    with pytest.raises(ServiceError, match="names no version"):
        choose_backend(("redis",), make_settings("docker", image=image), run)

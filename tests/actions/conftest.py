"""A runner on which the grader is installed as the action installs it, once for all tests."""

import shutil
import sys
from pathlib import Path

import pytest

from grader.cli import run
from grader.services.backends.local import find_program
from tests.actions.runner import ROOT, Runner


@pytest.fixture(scope="session")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As RUNNER_TEMP, with the grader in it, and no servers: those of this machine are used."""
    temp = tmp_path_factory.mktemp("runner")
    workspace = temp / "checkout"
    workspace.mkdir()
    # What a student could leave for the installation to run.
    for name in ("pip.py", "venv.py", "sitecustomize.py"):
        (workspace / name).write_text("raise SystemExit('the student was here')\n")
    python = {"python": {"python-path": sys.executable}}
    runner = Runner(temp, workspace, given=python, environment={"PIP_NO_COMPILE": "1"})
    ran = runner.run("grade", until="Install the grader", services="external")
    assert ran.code == 0, ran.log
    return temp


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository made from the template."""
    folder = tmp_path_factory.mktemp("template") / "repository"
    assert run(["template", str(folder), "--course", str(ROOT), "--grader", "school/grader@v1"]) == 0
    return folder


@pytest.fixture
def runner(temp: Path, template: Path, tmp_path: Path) -> Runner:
    """A runner with a student's repository, made from the template, as its checkout."""
    shutil.copytree(template, tmp_path / "repository")
    environment = {
        "GRADER_STATE_DIR": str(tmp_path / "state"),
        "GRADER_REDIS_PROGRAM": find_program("redis", "redis-server", ""),
    }
    return Runner(temp, tmp_path / "repository", environment=environment)

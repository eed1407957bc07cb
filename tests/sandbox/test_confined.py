"""The level `confined`, in a plain container: no namespaces to be had, and the attacks end all the same."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.attacks import ATTACKS

IMAGE = "dblab-grader/python:3.11"
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.docker


def in_container(*arguments: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Runs Python in a plain container that has this checkout, for reading."""
    command = ["docker", "run", "--rm", "--network", "none", "--volume", f"{ROOT}:/src:ro", *options]
    command += [
        "--env",
        "PYTHONPATH=/src",
        "--workdir",
        "/src",
        "--env",
        "PYTHONDONTWRITEBYTECODE=1",
        IMAGE,
        "python3",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)


def outcomes(level: str) -> dict[str, Any]:
    """What came of every attack at a level."""
    done = in_container("-m", "tests.sandbox.confined_run", level)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_attacks_in_a_plain_container_end_as_promised() -> None:
    found = outcomes("confined")
    assert found["level"] == "confined"
    promised = {attack.name for attack in ATTACKS if "confined" in attack.stopped_at}
    # A bomb may meet the limit of memory first.
    assert [name for name in promised if found["attacks"][name] is True] == []
    assert found["reaches its server"] is True
    assert "together used more than" in found["memory"]
    # The warm process.
    assert found["left"] == 1


def test_the_same_attacks_get_through_where_nothing_is_promised() -> None:
    found = outcomes("process")["attacks"]
    # An engine's own filter stands in the way of some.
    real = {name for name, got_through in found.items() if got_through is True}
    assert {
        "fork bomb",
        "reads a token from another's environment",
        "sends a datagram",
        "poisons the packages",
    } <= real


def test_namespaces_are_refused_in_a_plain_container_by_name() -> None:
    code = (
        "import sys, tempfile, pathlib; from grader.sandbox.process import open_sandbox;"
        "from grader.sandbox.base import Limits;"
        "open_sandbox('isolated', 'auto', Limits(), (), 'test', pathlib.Path(tempfile.mkdtemp())).isolation"
    )
    done = in_container("-c", code)
    assert (
        "IsolationRefusedError: The isolation level 'isolated' is not to be had here. It lacks:"
        in done.stderr
    )
    assert "namespace: " in done.stderr


def test_auto_is_confined_in_a_plain_container() -> None:
    code = (
        "import tempfile, pathlib; from grader.sandbox.process import open_sandbox;"
        "from grader.sandbox.base import Limits;"
        "room = open_sandbox('auto', 'auto', Limits(), (), 'test', pathlib.Path(tempfile.mkdtemp()));"
        "print(room.isolation.value); room.close()"
    )
    assert in_container("-c", code).stdout == "confined\n"

"""Each wall taken away in turn: the level is refused by its name, and a batch does not go on without it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.batch.run import settle_isolation
from grader.config import read_settings
from grader.errors import IsolationRefusedError
from grader.sandbox.base import Isolation
from grader.sandbox.inside.walls.plan import NEEDED
from grader.sandbox.outside.examine import examine_level, levels_here


@pytest.fixture(scope="module", autouse=True)
def _is_isolated_here() -> None:
    lacks = dict(levels_here())[Isolation.ISOLATED]
    if lacks:
        pytest.skip(lacks)


@pytest.mark.parametrize("mechanism", [each.value for each in NEEDED["isolated"]])
def test_a_level_without_one_of_its_walls_is_not_that_level(mechanism: str) -> None:
    level, missing = examine_level((mechanism,))
    assert level is not Isolation.ISOLATED
    assert any(reason.startswith("isolated: ") and mechanism in reason for reason in missing), missing


@pytest.mark.parametrize("mechanism", [each.value for each in NEEDED["isolated"]])
def test_a_batch_refuses_or_names_a_weaker_level(mechanism: str) -> None:
    settings = read_settings({"without": mechanism}, {})
    try:
        assert settle_isolation(settings).isolation == "confined"
    except IsolationRefusedError as error:
        assert mechanism in str(error)  # noqa: PT017 - which of the two it is depends on the machine


def test_a_batch_refuses_what_was_asked_for_and_is_not_there() -> None:
    settings = read_settings({"without": "seccomp"}, {})
    with pytest.raises(IsolationRefusedError, match="seccomp"):
        settle_isolation(settings)


@pytest.mark.parametrize("mechanism", ["seccomp", "network namespace"])
def test_doctor_names_what_is_done_without(mechanism: str, tmp_path: Path) -> None:
    environment = {**os.environ, "GRADER_WITHOUT": mechanism, "GRADER_STATE_DIR": str(tmp_path / "state")}
    command = [sys.executable, "-m", "grader", "doctor", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    rows = {row["what"]: row for row in json.loads(done.stdout)}
    assert not rows[mechanism]["ok"]
    assert f"not isolated: {mechanism}" in rows["isolation"]["says"]

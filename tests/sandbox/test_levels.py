"""Which level a machine gives: each wall taken away in turn is named, and nothing weakens silently."""

from pathlib import Path

import pytest

from grader.errors import IsolationRefusedError
from grader.sandbox.base import Isolation, Sandbox
from grader.sandbox.inside.walls.plan import NEEDED, Mechanism
from grader.sandbox.process import open_sandbox
from tests.sandbox.conftest import LIMITS, levels_here


def needs_isolated() -> None:
    """Skips where the strongest level is not to be had."""
    if "isolated" not in levels_here():
        pytest.skip("the level isolated is not to be had here")


@pytest.mark.parametrize("mechanism", NEEDED["isolated"], ids=str)
def test_each_wall_that_is_missing_is_named(mechanism: Mechanism, tmp_path: Path) -> None:
    needs_isolated()
    with (
        open_sandbox("isolated", "auto", LIMITS, (), "test", tmp_path, (mechanism.value,)) as sandbox,
        pytest.raises(
            IsolationRefusedError,
            match=f"'isolated' is not to be had here. It lacks: {mechanism.value}: switched",
        ),
    ):
        _ = sandbox.isolation


def test_auto_takes_the_strongest_level_and_tells_what_it_lacks(tmp_path: Path) -> None:
    needs_isolated()
    with open_sandbox("auto", "auto", LIMITS, (), "test", tmp_path) as opened:
        sandbox: Sandbox = opened
        assert sandbox.isolation is Isolation.ISOLATED
        assert opened.missing == []
    with open_sandbox("auto", "auto", LIMITS, (), "test", tmp_path, ("seccomp",)) as weaker:
        assert weaker.isolation is Isolation.PROCESS
        assert [line.partition(":")[0] for line in weaker.missing] == ["isolated", "confined"]
        assert "seccomp: switched off" in weaker.missing[0]

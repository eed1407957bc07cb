"""Every attack of the corpus at the level `isolated`, with an honest submission after each."""

import pytest

from grader.attacks.judge import State
from grader.sandbox.base import Isolation
from tests.attacks.conftest import CORPUS, Attacked, Attacking


@pytest.fixture(scope="module")
def trials(attacking: Attacking) -> Attacked:
    """One run of the whole corpus."""
    return attacking(Isolation.ISOLATED)


@pytest.mark.parametrize("name", [attack.name for attack in CORPUS])
def test_no_attack_breaks_a_promise(trials: Attacked, name: str) -> None:
    trial = trials[name]
    if trial.state is State.NOT_RUN:
        pytest.skip(trial.ended)
    assert trial.state is not State.BROKEN, trial.faults


def test_every_attack_is_promised_to_be_stopped(trials: Attacked) -> None:
    assert {trial.state for trial in trials.values()} <= {State.STOPPED, State.NOT_RUN}

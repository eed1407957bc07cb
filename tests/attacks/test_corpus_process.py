"""Every attack of the corpus at the level `process`, with an honest submission after each."""

import pytest

from grader.attacks.judge import State
from grader.sandbox.base import Isolation
from tests.attacks.conftest import CORPUS, Attacked, Attacking


@pytest.fixture(scope="module")
def trials(attacking: Attacking) -> Attacked:
    """One run of the whole corpus."""
    return attacking(Isolation.PROCESS)


@pytest.mark.parametrize("name", [attack.name for attack in CORPUS])
def test_no_attack_breaks_a_promise(trials: Attacked, name: str) -> None:
    trial = trials[name]
    if trial.state is State.NOT_RUN:
        pytest.skip(trial.ended)
    assert trial.state is not State.BROKEN, trial.faults


def test_what_only_walls_stop_gets_through_where_there_are_none(trials: Attacked) -> None:
    """Thus it is the walls that stop it elsewhere."""
    through = {name for name, trial in trials.items() if trial.state is State.NOT_PROMISED}
    only_walls = {
        "09_reads_hidden_tests",
        "14_alembic_env",
        "19_fork_bomb",
        "27_knocks_abstract",
        "27_knocks_socket_file",
        "27_knocks_tcp",
        "27_knocks_udp",
        "28_privileges",
        "29_system_calls",
        "30_other_students",
        "42_workflow_files",
    }
    assert only_walls & trials.keys()
    assert only_walls & trials.keys() <= through

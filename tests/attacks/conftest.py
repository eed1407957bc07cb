"""Runs of the corpus that several tests look at, on local servers unless a test says otherwise."""

import os
from collections.abc import Callable, Mapping, Sequence

import pytest

from grader.attacks.attack import Attack, choose, read_corpus
from grader.attacks.control import Control
from grader.attacks.judge import Trial
from grader.attacks.run import attack_level
from grader.config import read_settings
from grader.sandbox.base import Isolation
from grader.sandbox.outside.examine import levels_here

# One of each kind; the whole corpus takes as long as all other tests together.
SOME = frozenset(
    {
        "03_report_hook",
        "06_always_equal",
        "09_reads_hidden_tests",
        "10_forges_answers",
        "16_swallows_the_timeout",
        "18_daemon",
        "19_fork_bomb",
        "24_environment",
        "27_knocks_tcp",
        "32_redis_admin",
        "35_postgres_trojan",
        "41_hostile_text",
    }
)
IS_WHOLE = os.environ.get("GRADER_WHOLE_CORPUS") == "1"
CORPUS = tuple(attack for attack in read_corpus() if IS_WHOLE or attack.name in SOME)
UNTRIED = Control(None, "the controls have tests of their own")

Attacked = Mapping[str, Trial]


class Silent:
    """A watcher that does not look."""

    def controlled(self, attack: Attack, control: Control) -> None:
        """Does nothing."""

    def tried(self, trial: Trial) -> None:
        """Does nothing."""


def attacked(
    level: Isolation, names: Sequence[str] = (), services: str = "local", corpus: Sequence[Attack] = CORPUS
) -> Attacked:
    """What came of attacks at a level, by their names; skips where the machine does not have it."""
    lacks = dict(levels_here())[level]
    if lacks:
        pytest.skip(lacks)
    chosen = choose(corpus, names)
    controls = dict.fromkeys((attack.name for attack in chosen), UNTRIED)
    trials = attack_level(
        chosen, read_settings({"services": services}, os.environ), level, controls, Silent()
    )
    return {trial.attack.name: trial for trial in trials}


Attacking = Callable[..., Attacked]


@pytest.fixture(scope="session")
def attacking() -> Attacking:
    """Runs attacks at a level."""
    return attacked

"""What the corpus would say of a hole: attacks that get through are told from those that do not."""

from typing import TYPE_CHECKING

import pytest

from grader.attacks.attack import Attack, read_corpus
from grader.attacks.judge import State
from grader.sandbox.base import Isolation
from tests.attacks.conftest import Attacking

if TYPE_CHECKING:
    from pathlib import Path

# Promised to be stopped where nothing stops them.
GETS_THROUGH = {
    "reads_the_tests": (
        (
            "from pathlib import Path\nfrom loot import bait, loot\n"
            "def answer(): return loot(Path(bait['tests'], 'attacked_redis/conftest.py').read_text(), 'x')\n"
        ),
        ["it has 10.00 points", "the secret of tests stands in the output"],
    ),
    "tells_a_listener": (
        (
            "import socket\nfrom loot import bait\n"
            "def answer(): socket.create_connection(tuple(bait['tcp'])).sendall(b'hello')\n"
        ),
        ["tcp heard b'hello'"],
    ),
    "leaves_a_mark": (
        "from pathlib import Path\nfrom loot import bait\ndef answer(): Path(bait['drop'], 'mark').touch()\n",
        ["left mark outside"],
    ),
    "stores_a_secret": (
        (
            "from pathlib import Path\nfrom loot import bait\n"
            "TESTS = Path(bait['tests'], 'attacked_redis/conftest.py')\n"
            "def total(redis): redis.set('x', TESTS.read_text())\n"
        ),
        ["canary-tests-", "was in the database"],
    ),
    "loses_honest_points": ("def read(redis, item_id): return None\n", ["its honest half lost points: 4"]),
    "says_so": ("from loot import got\ndef answer(): got('something')\n", ["it says that it got something"]),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Attack, ...]:
    """Attacks with a promise that nobody keeps."""
    root: Path = tmp_path_factory.mktemp("corpus")
    for name, (code, _) in GETS_THROUGH.items():
        folder = root / name
        folder.mkdir()
        (folder / "attack.toml").write_text(
            'rows = []\ntries = "x"\nlevels = ["process"]\n[stopped_by]\nprocess = "nothing"\n'
        )
        (folder / "solution.py").write_text(f"from honest import *\n{code}")
    return read_corpus(root)


def test_each_kind_of_hole_is_seen(attacking: Attacking, corpus: tuple[Attack, ...]) -> None:
    trials = attacking(Isolation.PROCESS, corpus=corpus)
    for name, (_, expected) in GETS_THROUGH.items():
        assert trials[name].state is State.BROKEN, name
        faults = "; ".join(trials[name].faults)
        assert [text for text in expected if text not in faults] == [], faults


@pytest.mark.docker
def test_attacks_on_servers_in_containers_are_stopped(attacking: Attacking) -> None:
    names = ("11_pickle", "32_redis_admin", "33_lua_loop", "34_postgres", "35_postgres", "46_mongo_admin")
    trials = attacking(Isolation.ISOLATED, names, services="docker", corpus=read_corpus())
    assert {name: trial.faults for name, trial in trials.items() if trial.state is not State.STOPPED} == {}
    assert {trial.backend for trial in trials.values()} == {"docker"}

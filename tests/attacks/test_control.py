"""The naive grader falls for every attack that is made on it, and for nothing honest."""

from pathlib import Path

import pytest

from grader.attacks.attack import read_corpus
from grader.attacks.bait import lay_out_bait
from grader.attacks.control import Control, attack_naive_grader
from grader.attacks.run import attack_naively
from grader.config import read_settings
from tests.attacks.conftest import CORPUS, Silent

LOCAL = read_settings({"services": "local"}, {})


@pytest.fixture(scope="module")
def controls() -> dict[str, Control]:
    """One run of all."""
    return dict(attack_naively([attack for attack in CORPUS if not attack.naive], LOCAL, Silent()))


@pytest.mark.parametrize("name", [attack.name for attack in CORPUS if not attack.naive])
def test_the_naive_grader_falls(controls: dict[str, Control], name: str) -> None:
    control = controls[name]
    if control.fell is None:
        pytest.skip(control.says)
    assert control.fell, control.says


@pytest.mark.parametrize("service", ["redis", "sqlite", "postgres", "mongodb"])
def test_the_naive_grader_does_not_fall_for_honest_code(tmp_path: Path, service: str) -> None:
    folder = tmp_path / "00_honest"
    folder.mkdir()
    (folder / "attack.toml").write_text(
        f'rows = []\ntries = "Nothing."\nstopped_by = "honesty"\nservice = "{service}"\n'
    )
    (folder / "solution.py").write_text("from honest import *\n")
    (honest,) = read_corpus(tmp_path)
    with lay_out_bait() as bait:
        control = attack_naive_grader(honest, bait, LOCAL)
    assert control == Control(fell=False, says="it has 6 points, and that is all")


def test_what_is_not_tried_says_why() -> None:
    for attack in CORPUS:
        if attack.naive:
            assert len(attack.naive) > 10

"""What the folders of the corpus say."""

from pathlib import Path

import pytest

from grader.attacks.attack import choose, read_corpus
from grader.errors import UsageError

NOT_A_SUBMISSION = {44}
"""Rows that only the documentation can be about: who can edit a workflow forges its grade."""

CORPUS = read_corpus()


def test_every_row_of_the_catalogue_has_an_attack() -> None:
    rows = {row for attack in CORPUS for row in attack.rows}
    assert rows == set(range(1, 49)) - NOT_A_SUBMISSION


def test_an_attack_is_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "01_new"
    folder.mkdir()
    (folder / "attack.toml").write_text('rows = [1]\ntries = "Something."\nstopped_by = "a rule"\n')
    (attack,) = read_corpus(tmp_path)
    assert (attack.name, attack.rows, attack.service) == ("01_new", (1,), "redis")
    assert set(attack.stopped_by) == {"isolated", "confined", "process"}


@pytest.mark.parametrize(
    "text",
    [
        'rows = [1]\ntries = "x"\n',
        'rows = [1]\ntries = "x"\nstopped_by = "x"\nfoo = 1\n',
        'rows = [1]\ntries = "x"\nlevels = ["isolated"]\n[stopped_by]\nconfined = "x"\n',
    ],
)
def test_a_folder_that_says_too_little_or_too_much_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "01_new").mkdir()
    (tmp_path / "01_new" / "attack.toml").write_text(text)
    with pytest.raises(UsageError, match=r"attack\.toml"):
        read_corpus(tmp_path)


def test_attacks_are_chosen_by_the_beginning_of_their_names() -> None:
    assert {attack.name for attack in choose(CORPUS, ("27_knocks",))} == {
        "27_knocks_abstract",
        "27_knocks_socket_file",
        "27_knocks_tcp",
        "27_knocks_udp",
    }
    assert choose(CORPUS, ()) == CORPUS
    with pytest.raises(UsageError, match="Did you mean 18_daemon"):
        choose(CORPUS, ("18_daemn",))

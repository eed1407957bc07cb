"""`grader similar` after a batch, as a teacher types it."""

import json
from pathlib import Path

import pytest

from tests.batch.similar.conftest import OTHER, SOLUTION, STARTER
from tests.cli.test_commands import Command
from tests.pool.conftest import RUBRIC


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch that has been graded: two who share all but names, and two with the same files."""
    folder = tmp_path_factory.mktemp("batch")
    course = folder / "course"
    for name, text in {
        "labs/tiny/lab.toml": 'title = "Tiny"\nmodule = "tiny"\n',
        "labs/tiny/starter/tiny.py": STARTER,
        "rubrics/tiny/test_tiny.py": RUBRIC,
        "rubrics/tiny/specimens/reference/tiny.py": "def answer(): return 42\n",
        "../in/ann/tiny.py": SOLUTION,
        "../in/bob/tiny.py": SOLUTION.replace("note", "memo"),
        "../in/cora/tiny.py": OTHER,
        "../in/dave/tiny.py": OTHER,
    }.items():
        path = course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    command = Command(folder)
    done = command(
        *("batch", "in", "--course", course, "--lab", "tiny", "--out", "out", "--isolation", "process")
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def grader(folder: Path) -> Command:
    command = Command(folder)
    command.environment["GRADER_COURSE"] = str(folder / "course")
    return command


def test_pairs_and_copies_are_printed_and_the_page_is_written(grader: Command, folder: Path) -> None:
    done = grader("similar", "out")
    assert done.returncode == 0, done.stderr
    assert "100 %: ann and bob" in done.stdout
    assert "cora; dave" in done.stdout
    assert b"Similar submissions" in (folder / "out" / "similar.html").read_bytes()


def test_json_has_the_keys_of_the_hand_ins(grader: Command, folder: Path) -> None:
    done = grader("similar", "out", "--json", "--to", "page.html", "--threshold", "0.9")
    document = json.loads(done.stdout)
    assert [(pair["left"], pair["right"]) for pair in document["pairs"]] == [(["ann"], ["bob"])]
    assert document["copies"] == [["cora", "dave"]]
    assert (document["compared"], document["left_out"]) == (3, {})
    assert (folder / "page.html").exists()


def test_a_threshold_that_is_no_share_is_refused(grader: Command) -> None:
    assert grader("similar", "out", "--threshold", "50").returncode == 2


def test_without_the_library_the_message_says_what_to_install(grader: Command, tmp_path: Path) -> None:
    # What shadows it stands first on the path.
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / "copydetect.py").write_text("raise ImportError('no copydetect here')\n")
    before = grader.environment.get("PYTHONPATH", "")
    grader.environment["PYTHONPATH"] = f"{tmp_path / 'shadow'}:{before}"
    done = grader("similar", "out")
    assert (done.returncode, "pip install 'dblab-grader[similar]'" in done.stderr) == (2, True)

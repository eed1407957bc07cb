"""Small labs without servers, and submissions to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.checks.station import Order
from grader.config import Settings
from grader.course import Lab, read_lab
from grader.pool import Job

RUBRIC = '''
import os, signal, time
from pathlib import Path
from grader import Submission, check
from grader.errors import ServiceError

@check(points=4, criterion="query")
def test_answer(submission: Submission) -> None:
    """The answer is right"""
    assert submission.call("answer") == 42, "answer() should give 42"
'''
MakeLab = Callable[[str], Lab]


@pytest.fixture
def make_lab(tmp_path: Path) -> MakeLab:
    """A lab without servers, with the given rubric."""

    def make(rubric: str) -> Lab:
        root = tmp_path / "course"
        (root / "labs" / "tiny").mkdir(parents=True)
        (root / "labs" / "tiny" / "lab.toml").write_text('title = "Tiny"\nmodule = "tiny"\n')
        checks = root / "rubrics" / "tiny"
        (checks / "specimens" / "reference").mkdir(parents=True)
        (checks / "specimens" / "reference" / "tiny.py").write_text("def answer(): return 42\n")
        (checks / "test_tiny.py").write_text(rubric.replace("TRIES", repr(str(tmp_path / "tries"))))
        return read_lab(root, "tiny")

    return make


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose state directory is the test's own."""
    return Settings(services="local", state_dir=tmp_path / "state")


def jobs(lab: Lab, tmp_path: Path, *answers: str) -> list[Job]:
    """A job for each text of an answer."""
    made = []
    for number, answer in enumerate(answers):
        folder = tmp_path / f"submission{number}"
        folder.mkdir()
        (folder / "tiny.py").write_text(f"def answer(): return {answer}\n")
        made.append(Job(f"job{number}", Order(lab, folder)))
    return made

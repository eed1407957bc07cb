"""A rubric under plain pytest: the same results, and pytest's own options."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks.conftest import SmallCourse

RUBRIC = """
    @check(points=4, criterion="load")
    def test_first(submission: Submission) -> None:
        \"\"\"First\"\"\"
        assert submission.call("answer") == 42, "answer() should give 42"

    @check(points=6, criterion="query", needs="test_first")
    def test_second(submission: Submission) -> None:
        \"\"\"Second\"\"\"
        assert submission.call("answer") == 42, "answer() should give 42 again"

    @check(points=5, criterion="query", hidden=True)
    def test_third(submission: Submission) -> None:
        \"\"\"Third\"\"\"
        assert submission.call("question") == "?", "question() should give a question mark"
"""


@pytest.fixture
def run(course: SmallCourse, tmp_path: Path) -> "Run":
    course.lab(RUBRIC)
    (tmp_path / "tiny.py").write_text("def answer(): return 42\n")
    return Run(course, tmp_path / "tiny.py")


class Run:
    """Runs pytest as a teacher does."""

    def __init__(self, course: SmallCourse, submission: Path) -> None:
        self.course = course
        self.submission = submission

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "rubrics/tiny", "--submission", str(self.submission)]
        environment = {**os.environ, "GRADER_STATE_DIR": str(self.course.settings.state_dir)}
        return subprocess.run(
            [*command, "--services", "local", *arguments],
            cwd=self.course.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


def test_points_stand_below_pytests_own_output(run: "Run") -> None:
    done = run("--seed", "7")
    assert done.returncode == 1
    assert "10 of 15 points in 3 of 3 checks, seed 7" in done.stdout
    assert "There is no function question in tiny.py" in done.stdout


def test_hidden_checks_can_be_left_out(run: "Run") -> None:
    done = run("--visible-only")
    assert (done.returncode, "10 of 10 points" in done.stdout) == (0, True)


def test_a_chosen_check_finds_the_state_that_it_needs(run: "Run") -> None:
    done = run("-k", "second")
    assert "6 of 6 points in 1 of 3 checks" in done.stdout


def test_a_chosen_check_is_held_back_by_what_it_needs(run: "Run") -> None:
    run.submission.write_text("def answer(): return 41\n")
    done = run("-k", "second")
    assert "0 of 6 points" in done.stdout
    assert "answer() should give 42" in done.stdout


def test_the_first_failure_can_stop_it(run: "Run") -> None:
    run.submission.write_text("def answer(): return 41\n")
    assert "in 1 of 3 checks" in run("-x").stdout


def test_the_last_failures_can_run_again(run: "Run") -> None:
    run()
    assert "0 of 5 points in 1 of 3 checks" in run("--lf").stdout


def test_a_rubric_without_a_submission_says_what_to_do(run: "Run") -> None:
    command = [sys.executable, "-m", "pytest", "rubrics/tiny"]
    done = subprocess.run(command, cwd=run.course.root, capture_output=True, text=True, check=False)
    assert "--submission PATH" in done.stdout


def test_a_submission_that_cannot_be_used_is_a_usage_error(run: "Run") -> None:
    run.submission = run.submission.with_name("nowhere.py")
    done = run()
    assert done.returncode == 4
    assert "nowhere.py" in done.stderr

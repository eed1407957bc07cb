"""`verify` and `demo` on a course of the test's own."""

import json
from pathlib import Path

import pytest

from grader.reports.record import loads
from tests.cli.test_commands import Command
from tests.reports.validate import validate
from tests.test_verify import SPECIMENS, write_course


@pytest.fixture
def grader(tmp_path: Path) -> Command:
    write_course(tmp_path / "course", SPECIMENS)
    command = Command(tmp_path)
    # Only this lab, and not the built-in ones, which stand behind any course.
    command.environment["GRADER_SERVICES"] = "local"
    return command


def test_verify_prints_the_matrix_and_writes_it(grader: Command, tmp_path: Path) -> None:
    done = grader("verify", "tiny", "--course", "course", "--matrix", "matrix.json")
    assert done.returncode == 0, done.stderr
    assert "wrong_question" in done.stdout
    (document,) = json.loads((tmp_path / "matrix.json").read_text())
    scores = {row["specimen"]: row["scored"] for row in document["specimens"]}
    assert (document["lab"], document["problems"]) == ("tiny", [])
    assert scores["wrong_answer"] == 6


def test_verify_writes_every_report_of_every_specimen(grader: Command, tmp_path: Path) -> None:
    done = grader("verify", "tiny", "--course", "course", "--reports", "reports")
    assert done.returncode == 0, done.stderr
    found = sorted(path.name for path in (tmp_path / "reports" / "tiny").iterdir())
    assert found == sorted([*SPECIMENS, "index.html"])
    assert [one for one in validate(tmp_path / "reports") if one.fault] == []
    record = loads((tmp_path / "reports" / "tiny" / "wrong_answer" / "report.json").read_bytes())
    assert record.points == 6


def test_verify_exits_1_on_a_rubric_that_cannot_be_trusted(grader: Command, tmp_path: Path) -> None:
    path = tmp_path / "course" / "rubrics" / "tiny" / "specimens.toml"
    path.write_text(path.read_text().replace("score = 6", "score = 7"))
    done = grader("verify", "tiny", "--course", "course", "--json")
    assert done.returncode == 1
    assert any("must score 7" in problem for problem in json.loads(done.stdout)[0]["problems"])

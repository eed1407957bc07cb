"""The autograder zip, unpacked and run as Gradescope does it, in a folder of the test's own."""

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.cli import run
from grader.course import find_course
from grader.verify import Kind, read_specimens

ROOT = Path(__file__).resolve().parents[2]
LAB = find_course(ROOT, ROOT).lab("redis_meteorites")
MISTAKE = next(one for one in read_specimens(LAB) if one.kind is Kind.MISTAKE and one.score > 0)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    assert run(["export-gradescope", LAB.id, "--course", str(ROOT), "--out", str(path)]) == 0
    return path


@pytest.fixture
def autograder(archive: Path, tmp_path: Path) -> Path:
    """A folder as /autograder is, in which the submission is still to be laid."""
    source = tmp_path / "autograder" / "source"
    shutil.unpack_archive(archive, source)
    shutil.copy(source / "run_autograder", source.parent)
    return source.parent


def graded(autograder: Path, **more: str) -> Any:  # noqa: ANN401 (what JSON holds)
    """Runs the script with this Python for the one that `setup.sh` makes."""
    environment = {
        **os.environ,
        "AUTOGRADER_ROOT": str(autograder),
        "AUTOGRADER_PYTHON": sys.executable,
        "PYTHONPATH": str(Path(grader.__file__).parents[1]),
        "GRADER_STATE_DIR": str(autograder.parent / "state"),
        **more,
    }
    command = [sys.executable, str(autograder / "run_autograder")]
    subprocess.run(command, env=environment, cwd=autograder, check=True, capture_output=True, timeout=120)
    return json.loads((autograder / "results" / "results.json").read_text(encoding="utf-8"))


def test_the_zip_has_what_gradescope_asks_for_at_its_root(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in opened.infolist()}
        assert opened.read("run_autograder").startswith(b"#!/usr/bin/env python3\n")
        assert opened.read("setup.sh").startswith(b"#!/usr/bin/env bash\n")
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert f"course/rubrics/{LAB.id}/conftest.py" in modes
    assert f"course/rubrics/{LAB.id}/specimens/reference/meteorites.py" in modes


def test_the_zip_has_one_lab_and_no_wrong_specimen(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
    assert {name.split("/")[2] for name in names if name.startswith("course/")} == {LAB.id}
    specimens = {name.split("/")[4] for name in names if "/specimens/" in name}
    assert "reference" in specimens
    assert all(name == "reference" or name.startswith("alternative_") for name in specimens)


def test_a_submission_is_scored(autograder: Path) -> None:
    shutil.copytree(LAB.specimens / MISTAKE.name, autograder / "submission")
    (autograder / "submission" / "grader.py").write_text("raise SystemExit('the wrong grader')\n")
    results = graded(autograder)
    assert results["score"] == MISTAKE.score
    assert sum(test["score"] for test in results["tests"]) == results["score"]
    assert results["output"].split("\n")[0].endswith(" points.")


def test_a_refused_submission_scores_nothing_and_says_why(autograder: Path) -> None:
    (autograder / "submission").mkdir()
    (autograder / "submission" / "meteorites.py").symlink_to("/etc/passwd")
    results = graded(autograder)
    assert results["score"] == 0
    assert "meteorites.py" in results["output"]


@pytest.mark.parametrize("trouble", ["GRADER_LAUNCHER", "AUTOGRADER_PYTHON"])
def test_trouble_of_the_autograders_is_no_score(autograder: Path, trouble: str) -> None:
    shutil.copytree(LAB.reference, autograder / "submission")
    results = graded(autograder, **{trouble: shutil.which("false") or "false"})
    assert "score" not in results
    assert results["output"].startswith("Your submission could not be graded. This is not your fault")


def test_an_old_result_never_stands_for_a_new_submission(autograder: Path) -> None:
    shutil.copytree(LAB.reference, autograder / "submission")
    (autograder / "results").mkdir()
    (autograder / "results" / "results.json").write_text('{"score": 56}')
    assert "score" not in graded(autograder, AUTOGRADER_PYTHON="/bin/false")


def test_the_setup_is_a_script_that_bash_understands(autograder: Path) -> None:
    script = autograder / "source" / "setup.sh"
    read = subprocess.run(["bash", "-n", str(script)], check=False, capture_output=True, text=True)
    assert (read.returncode, read.stderr) == (0, "")
    assert script.stat().st_size > 0

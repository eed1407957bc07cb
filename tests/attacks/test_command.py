"""`grader doctor --attack` as a person runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.reports import FORMATS
from tests.reports.validate import validate


def doctor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TMPDIR": str(folder), "COLUMNS": "180", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "grader", "doctor", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_table_says_what_stopped_an_attack_and_that_the_naive_grader_fell(tmp_path: Path) -> None:
    done = doctor(tmp_path, "--attack", "03_report_hook", "--services", "local", "--isolation", "process")
    assert done.returncode == 0, done.stderr
    (row,) = [line for line in done.stdout.splitlines() if "03_report_hook" in line]
    assert "stopped" in row
    assert "6 of 20" in row
    assert "fell" in row
    assert "1 attacks tried: 0 broke a promise." in done.stdout
    assert "[2/2] process: 03_report_hook: stopped" in done.stderr


def test_the_document_has_all_about_an_attack_and_nothing_is_left(tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    done = doctor(
        tmp_path, "--attack", "27_knocks_tcp", "--services", "local", "--isolation", "process", "--json"
    )
    (row,) = json.loads(done.stdout)
    assert (row["attack"], row["level"], row["promised"], row["state"]) == (
        "27_knocks_tcp",
        "process",
        False,
        "got through",
    )
    assert row["naive"]["fell"] is True
    assert any("tcp heard" in fault for fault in row["faults"])
    assert set(tmp_path.iterdir()) == before


def test_every_report_of_an_attack_is_written_and_valid(tmp_path: Path) -> None:
    done = doctor(
        tmp_path,
        *("--attack", "41_hostile_text", "--reports", "reports"),
        *("--services", "local", "--isolation", "process"),
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "reports" / "attacks" / "process" / "41_hostile_text"
    assert {path.name for path in folder.iterdir()} == {form.file_name for form in FORMATS.values()}
    assert [one for one in validate(tmp_path / "reports") if one.fault] == []


@pytest.mark.parametrize(
    "arguments", [("--attack", "no_such_attack"), ("03_report_hook",), ("--reports", "reports")]
)
def test_wrong_usage_exits_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = doctor(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_level_that_is_not_there_is_refused(tmp_path: Path) -> None:
    os.environ["GRADER_WITHOUT"] = "seccomp"
    try:
        done = doctor(tmp_path, "--attack", "03_report_hook", "--isolation", "isolated")
    finally:
        del os.environ["GRADER_WITHOUT"]
    assert done.returncode == 4
    assert "seccomp" in done.stderr

"""The action `grade`, step by step in bash, from a student's repository to the run's summary."""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import find_course
from grader.reports.record import loads
from grader.results import Status
from grader.sandbox.base import Isolation
from grader.sandbox.outside.examine import examine_level
from grader.scoring import points_text
from grader.services.backends.local import find_program
from grader.verify import read_specimens
from tests.actions.runner import ROOT, TOKEN, Ran, Runner

LAB = find_course(ROOT, ROOT).lab("redis_structures")
SPECIMENS = {specimen.name: specimen for specimen in read_specimens(LAB)}
HALF_DONE = "bytes_returned"


def _is_walled() -> bool:
    """Whether the action can keep a submission apart here: it starts the grader as root if it may."""
    if os.geteuid() == 0 or shutil.which("sudo") is None:
        return examine_level()[0] is not Isolation.PROCESS
    return subprocess.run(["sudo", "--non-interactive", "true"], check=False).returncode == 0


WALLED = _is_walled()


def grade(runner: Runner, **inputs: str) -> Ran:
    given = {"services": "local", "isolation": "auto" if WALLED else "process", "lab": LAB.id, **inputs}
    return runner.run("grade", without="Install the grader", **given)


def hand_in(runner: Runner, specimen: str) -> None:
    folder = runner.workspace / LAB.id
    shutil.copytree(LAB.specimens / specimen, folder, dirs_exist_ok=True)


def folder_of(ran: Ran) -> Path:
    match = re.search(r"^folder=(.+)$", ran.files["GITHUB_OUTPUT"], re.MULTILINE)
    assert match is not None, ran.log
    return Path(match[1])


def kinds(ran: Ran) -> list[str]:
    """The commands that the runner would obey, by their names."""
    return [line.removeprefix("::").split()[0] for line in ran.commands]


def test_the_starter_has_no_points_and_the_job_goes_on(runner: Runner) -> None:
    ran = grade(runner)
    assert ran.code == 0, ran.log
    assert (ran.outputs["points"], ran.outputs["percent"]) == ("0", "0")
    assert ran.outputs["score"] == f"0/{ran.outputs['max']}"
    assert ran.summary.startswith(f"<h2>{LAB.title}</h2>")
    assert kinds(ran).count("notice") == 1
    assert kinds(ran).count("error") <= 10
    assert set(kinds(ran)) == {"notice", "error"}


def test_a_half_done_solution_has_its_points_and_marks_on_its_lines(runner: Runner) -> None:
    hand_in(runner, HALF_DONE)
    ran = grade(runner)
    expected = SPECIMENS[HALF_DONE].score
    assert ran.outputs["points"] == points_text(expected), ran.log
    result = loads((folder_of(ran) / "report.json").read_bytes())
    assert result.points == expected
    assert result.status is Status.COMPLETE
    tests = json.loads(base64.b64decode(ran.outputs["result"]))["tests"]
    assert sum(test["score"] for test in tests) == expected


def test_a_line_that_raises_is_marked_in_the_file_of_the_repository(runner: Runner) -> None:
    hand_in(runner, "reference")
    path = runner.workspace / LAB.id / "structures.py"
    path.write_text(
        path.read_text() + "\n\ndef recall(rd, key):\n    return rd.get(key)[0]['no such thing']\n"
    )
    line = len(path.read_text().splitlines())
    ran = grade(runner)
    assert any(f"file={LAB.id}/structures.py,line={line}," in command for command in ran.commands), ran.log


def test_a_finished_solution_has_full_marks_and_passes_any_bar(runner: Runner) -> None:
    hand_in(runner, "reference")
    ran = grade(runner, fail_under="100")
    assert ran.code == 0, ran.log
    assert ran.outputs["percent"] == "100"
    assert ran.outputs["status"] == "complete"
    assert kinds(ran) == ["notice"]
    assert (folder_of(ran) / "report.xml").read_bytes().startswith(b"<?xml")


def test_the_job_fails_below_the_bar_and_reports_all_the_same(runner: Runner) -> None:
    ran = grade(runner, fail_under="50")
    assert ran.code == 1
    assert ran.outputs["percent"] == "0"
    assert LAB.title in ran.summary


def test_the_same_seed_and_another_folder(runner: Runner) -> None:
    (runner.workspace / LAB.id).rename(runner.workspace / "homework")
    ran = grade(runner, lab="", path="homework", seed="4711")
    assert (ran.code, ran.outputs["lab"], ran.outputs["seed"]) == (0, LAB.id, "4711"), ran.log


def test_a_rubric_in_the_students_repository_is_not_taken(runner: Runner) -> None:
    shutil.copytree(LAB.folder, runner.workspace / "labs" / LAB.id)
    rubric = runner.workspace / "rubrics" / LAB.id
    rubric.mkdir(parents=True)
    (rubric / "test_load.py").write_text("raise SystemExit('the rubric of a student')\n")
    ran = grade(runner)
    assert (ran.code, ran.outputs["percent"]) == (0, "0"), ran.log


def test_what_cannot_be_graded_fails_the_job_and_says_why(runner: Runner) -> None:
    (runner.workspace / LAB.id / "structures.py").unlink()
    (runner.workspace / LAB.id / "<b>::error::%0A.py").write_text("")
    (runner.workspace / LAB.id / "structures.py").symlink_to("/etc/passwd")
    ran = grade(runner)
    assert ran.code == 5, ran.log
    assert ran.summary.startswith("## Not graded")
    assert "structures.py" in ran.summary
    assert "<b>" not in ran.summary
    assert kinds(ran) == ["error"]
    assert ran.outputs["points"] == ""


HOSTILE = """
import glob, os, sys

def _everywhere():
    found = [f"{name}={value}" for name, value in os.environ.items()]
    for path in glob.glob("/proc/*/environ"):
        try:
            found.append(open(path).read())
        except OSError:
            pass
    paths = [value for name, value in os.environ.items() if name.startswith("GITHUB_")]
    for path in (*paths, *glob.glob(TEMP + "/_runner_file_commands/*")):
        try:
            with open(path, "a") as file:
                file.write("points=100\\nHACKED=1\\n")
        except OSError:
            pass
    return " ".join(found)

def _shout():
    for line in (
        "::notice title=Autograding complete::Points 100/100",
        "  ::set-output name=points::100",
        "##[set-env name=PATH]/tmp",
        "::stop-commands::x", "::x::",
        "::add-mask::0",
        "\\r::error::mine",
        "\\x1b]0;::warning::mine",
        "::" + "0" * 32 + "::",
    ):
        print(line)
        print(line, file=sys.stderr, flush=True)
    print(_everywhere())

_shout()

def remember(rd, key, value):
    _shout()
    raise ValueError("::error file=README.md::x\\n::notice title=Points::100/100\\n##[error]y")

def recall(rd, key):
    return "\\n::notice title=Points::100/100\\n" + _everywhere()
"""


def hostile(temp: Path) -> str:
    return HOSTILE.replace("TEMP", repr(str(temp)))


def test_a_hostile_submission_does_harm_where_nothing_stops_it(tmp_path: Path) -> None:
    path = tmp_path / "structures.py"
    path.write_text(hostile(tmp_path))
    output = tmp_path / "output"
    output.touch()
    environment = {"GITHUB_OUTPUT": str(output), "GITHUB_TOKEN": TOKEN}
    printed = subprocess.run(
        [sys.executable, str(path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert TOKEN in printed.stdout
    assert "HACKED" in output.read_text()
    assert "::notice" in Ran(log=printed.stdout).commands[0]


@pytest.mark.skipif(not WALLED, reason="nothing keeps a submission apart on this machine")
def test_a_hostile_submission_commands_nothing_and_reaches_nothing(runner: Runner) -> None:
    (runner.workspace / LAB.id / "structures.py").write_text(hostile(runner.temp))
    ran = grade(runner)
    assert ran.code == 0, ran.log
    assert ran.outputs["points"] == "0"
    assert set(kinds(ran)) == {"notice", "error"}
    assert not any(re.match(r"::\w+ [^:]*(Autograding|Points)", line) for line in ran.commands)
    everything = ran.log + "".join(ran.files.values())
    for path in folder_of(ran).iterdir():
        if path.is_file():
            everything += path.read_text(encoding="utf-8")
    result = base64.b64decode(ran.outputs["result"]).decode()
    assert "Points::100/100" in everything  # it was heard, and shown
    assert TOKEN not in everything + result
    assert "HACKED" not in "".join(ran.files.values())
    assert not any("HACKED" in path.read_text() for path in (runner.temp / "_runner_file_commands").iterdir())
    for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"):
        assert ran.files[name] == ""


def test_nothing_of_the_checkout_runs_while_the_grader_is_installed_or_grades(runner: Runner) -> None:
    for name in ("grader.py", "pip.py", "redis.py", "json.py"):
        (runner.workspace / name).write_text("raise SystemExit('the student was here')\n")
    ran = grade(runner)
    assert ran.code == 0
    assert "the student was here" not in ran.log


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A server that somebody else has started, as a service container is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = find_program("redis", "redis-server", "")
    words = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as server:
        yield f"redis://127.0.0.1:{port}"
        server.terminate()


def test_service_containers_are_given_by_their_addresses(runner: Runner, redis_url: str) -> None:
    environment = {**runner.environment, "GRADER_REDIS_URL": redis_url}
    hand_in(runner, "reference")
    ran = grade(Runner(runner.temp, runner.workspace, environment=environment), services="external")
    result = loads((folder_of(ran) / "report.json").read_bytes())
    assert (result.backend, result.percent, ran.code) == ("external", 100, 0)


SUDO = """#!/usr/bin/env bash
# As sudo with env_reset: the command has the variables that are named, and nothing else.
[ "$1" = --non-interactive ] || exit 1
shift
kept=(PATH="$PATH")
case $1 in
    --preserve-env=*)
        for name in $(tr , ' ' <<<"${1#*=}"); do kept+=("$name=${!name}"); done
        shift 2
        ;;
esac
[ "$1" = true ] || echo "${kept[@]%%=*}" >LOG
exec env -i "${kept[@]}" "$@"
"""


def test_who_is_not_root_grades_as_root_if_that_is_allowed(runner: Runner, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    log = tmp_path / "sudo.log"
    for name, text in {"sudo": SUDO.replace("LOG", str(log)), "id": "#!/bin/sh\necho 1001\n"}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    environment = {**runner.environment, "PATH": f"{programs}:{os.environ['PATH']}"}
    ran = grade(Runner(runner.temp, runner.workspace, environment=environment), seed="7")
    assert (ran.code, ran.outputs["seed"], ran.outputs["points"]) == (0, "7", "0"), ran.log
    assert set(log.read_text().split()) == {
        *("PATH", "HOME", "LANG", "COLUMNS", "NO_COLOR"),
        *("GRADER_HANDOUT", "GRADER_REDIS_PROGRAM", "GRADER_STATE_DIR"),
        *(name for name in os.environ if name.startswith(("GRADER_", "TESTCONTAINERS_", "DOCKER_HOST"))),
    }

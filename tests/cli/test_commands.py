"""The commands as a person runs them: whole processes, what they print, and how they exit."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader import cli

ROOT = Path(__file__).resolve().parents[2]
SPECIMENS = ROOT / "rubrics" / "redis_meteorites" / "specimens"


class Command:
    """Runs `grader` in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.environment = {
            **os.environ,
            "GRADER_STATE_DIR": str(self.state),
            "COLUMNS": "100",
            "NO_COLOR": "1",
        }
        self.environment.pop("GRADER_SERVICES", None)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def leftovers(self) -> list[Path]:
        return [path for path in self.state.iterdir() if path.is_dir()] if self.state.exists() else []


@pytest.fixture
def grader(tmp_path: Path) -> Command:
    return Command(tmp_path)


LOCAL = ("--lab", "redis_meteorites", "--services", "local")


def test_the_reference_has_full_marks_and_a_junit_file(grader: Command, tmp_path: Path) -> None:
    done = grader("grade", SPECIMENS / "reference", *LOCAL, "--junit", tmp_path / "out.xml")
    assert done.returncode == 0, done.stderr
    assert "100 / 100" in done.stdout
    assert "<testsuites" in (tmp_path / "out.xml").read_text()
    assert grader.leftovers() == []


def test_the_starter_has_no_points_and_check_says_so_by_its_exit_code(grader: Command) -> None:
    done = grader("check", SPECIMENS / "starter", *LOCAL)
    assert done.returncode == 1
    assert "0 / " in done.stdout
    assert "Hint" in done.stdout


def test_check_finds_the_lab_from_the_folders_files(grader: Command, tmp_path: Path) -> None:
    (tmp_path / "homework").mkdir()
    (tmp_path / "homework" / "meteorites.py").write_text(
        (SPECIMENS / "reference" / "meteorites.py").read_text()
    )
    done = grader("check", "homework", "--services", "local", "--json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["lab"], result["percent"]) == (0, "redis_meteorites", 100)
    assert not any(check["hidden"] for check in result["checks"])


def test_the_same_seed_gives_the_same_result(grader: Command) -> None:
    def outcomes() -> list[tuple[str, str, str]]:
        done = grader("grade", SPECIMENS / "counts_with_dbsize", *LOCAL, "--json", "--seed", "7")
        return [(c["id"], c["outcome"], c["message"]) for c in json.loads(done.stdout)["checks"]]

    assert outcomes() == outcomes()


def test_hidden_checks_keep_their_secrets_unless_asked(grader: Command) -> None:
    def hidden_messages(*more: str) -> set[str]:
        done = grader("grade", SPECIMENS / "starter", *LOCAL, "--json", *more)
        return {c["message"] for c in json.loads(done.stdout)["checks"] if c["hidden"]}

    assert len(hidden_messages()) == 1
    assert any("NotImplementedError" in text for text in hidden_messages("--reveal-hidden"))


@pytest.mark.parametrize(("percent", "code"), [("50", 1), ("0", 0)])
def test_fail_under(grader: Command, percent: str, code: int) -> None:
    assert grader("grade", SPECIMENS / "starter", *LOCAL, "--fail-under", percent).returncode == code


@pytest.mark.parametrize(
    ("files", "path", "code", "complaint"),
    [
        ({}, "nowhere", 5, "nowhere"),
        ({"a/.keep": ""}, "a", 5, "meteorites.py"),
        ({"a/meteorite.py": ""}, "a", 5, "meteorite.py"),
        ({"a/Meteorites.py": ""}, "a", 5, "Meteorites.py"),
        ({"a.zip": "this is no zip"}, "a.zip", 5, "zip"),
    ],
)
def test_a_submission_that_cannot_be_used_is_refused(
    grader: Command, tmp_path: Path, files: dict[str, str], path: str, code: int, complaint: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = grader("grade", path, *LOCAL)
    assert done.returncode == code
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "cause", "says"),
    [
        ("def connect(:\n", "exception", "SyntaxError"),
        ("import no_such_module\n", "exception", "no_such_module"),
        ("x = 1\n", "missing", "load"),
        ("def connect(): pass\n", "exception", "connect"),
    ],
)
def test_a_submission_that_cannot_run_fails_with_its_reason(
    grader: Command, tmp_path: Path, text: str, cause: str, says: str
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "meteorites.py").write_text(text)
    done = grader("check", "a", "--services", "local", "--json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["points"], result["status"]) == (1, 0, "complete")
    said = {c["cause"]: c["message"] + c["traceback"] for c in result["checks"]}
    assert says in said[cause]


def test_a_machine_without_any_server_is_told_the_ways_out(grader: Command) -> None:
    grader.environment["GRADER_REDIS_PROGRAM"] = "/no/such/redis-server"
    done = grader("grade", SPECIMENS / "reference", *LOCAL)
    assert done.returncode == 3
    assert "/no/such/redis-server" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("grade",),
        ("grade", "x", "--fail-under", "nan"),
        ("grade", "x", "--report", "tea=x"),
        ("frobnicate",),
        ("check", "--services", "cloud"),
    ],
)
def test_wrong_usage_exits_2(grader: Command, arguments: tuple[str, ...]) -> None:
    done = grader(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_what_cannot_be_printed_is_no_grade(grader: Command) -> None:
    command = [sys.executable, "-m", "grader", "labs"]
    for more in ([], ["--json"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*command, *more],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                env=grader.environment,
            )
        assert done.returncode == 3
        assert (
            done.stderr
            == "grader: Output cannot be written: No space left on device. Print to another place.\n"
        )
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as closed:
            done = subprocess.run(
                [*command, *more],
                stdout=closed,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                env=grader.environment,
            )
        assert (done.returncode, done.stderr) == (130, "")


def test_a_fault_of_the_graders_is_no_grade(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli.cli, "main", fails)
    monkeypatch.setattr(cli, "_print_no_more", lambda: None)  # it is the test's own output
    assert cli.run(["labs"]) == 3
    assert "ZeroDivisionError\ngrader: This is a fault of the grader's" in capfd.readouterr().err


def test_a_rubric_that_was_handed_in_is_not_used(grader: Command, tmp_path: Path) -> None:
    shutil.copytree(SPECIMENS / "starter", tmp_path / "work")
    shutil.copytree(ROOT / "labs" / "redis_meteorites", tmp_path / "labs" / "redis_meteorites")
    rubric = tmp_path / "rubrics" / "redis_meteorites"
    rubric.mkdir(parents=True)
    (rubric / "test_load.py").write_text("raise SystemExit('the rubric of a student')\n")
    (tmp_path / "meteorites.py").write_text("")
    done = grader("grade", ".", *LOCAL, "--fail-under", "1")
    assert done.returncode == 1, done.stderr
    done = grader("grade", "work", *LOCAL)
    assert f"The submission lies in {tmp_path}, whose rubrics are used." in done.stderr
    assert done.returncode != 0


def test_isolation_that_is_not_there_is_refused(grader: Command) -> None:
    grader.environment["GRADER_WITHOUT"] = "seccomp"
    for level in ("isolated", "confined"):
        done = grader("grade", SPECIMENS / "reference", *LOCAL, "--isolation", level)
        assert done.returncode == 4
        assert f"'{level}' is not to be had here. It lacks:" in done.stderr


@pytest.mark.parametrize("delay_s", [0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_servers_and_keeps_what_there_is(
    grader: Command, tmp_path: Path, delay_s: float, sent: signal.Signals
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "meteorites.py").write_text("import time\ntime.sleep(600)\n")
    process = grader.start("grade", "a", *LOCAL, "--report", "json=out.json")
    while not grader.state.exists() and process.poll() is None:
        time.sleep(0.01)  # until then it is Python that is interrupted, and not the grader
    time.sleep(delay_s)
    process.send_signal(sent)
    out, err = process.communicate(timeout=20)
    # An interrupt in the middle of a text that Python compiles ends it by SIGINT, which shells call 130, too.
    assert process.returncode in {130, -sent, -signal.SIGINT}, (out, err)
    assert grader.leftovers() == []
    if (tmp_path / "out.json").exists():
        result = json.loads((tmp_path / "out.json").read_text())
        assert result["status"] == "incomplete"
        assert {check["outcome"] for check in result["checks"]} <= {"ungraded", "failed", "blocked"}


def test_the_last_line_repeats_what_gives_the_same_result(grader: Command) -> None:
    done = grader("check", SPECIMENS / "starter", *LOCAL, "--isolation", "process", "--seed", "7")
    again = done.stdout.splitlines()[-1].split()
    assert again[:3] == ["grader", "check", str(SPECIMENS / "starter")]
    assert sorted(again[3:]) == sorted([*LOCAL, "--isolation", "process", "--seed", "7"])


def test_who_stops_a_check_reads_that_it_was_stopped(grader: Command, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "meteorites.py").write_text("import time\ntime.sleep(600)\n")
    process = grader.start("check", "a", *LOCAL)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(" 1/"):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, (out, err)
    assert "Grading was stopped: " in out
    assert "fault" not in out


def test_a_killed_grader_leaves_nothing_after_the_next_run(grader: Command, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "meteorites.py").write_text("import time\ntime.sleep(600)\n")
    process = grader.start("grade", "a", *LOCAL)
    deadline = time.monotonic() + 20
    while not grader.leftovers() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    process.kill()
    process.communicate(timeout=20)
    (left,) = grader.leftovers()
    assert grader("check", SPECIMENS / "starter", *LOCAL).returncode == 1
    assert grader.leftovers() == []
    assert _marked(left.name) == []


def _marked(run_id: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"GRADER_RUN={run_id}".encode() in entry.read_bytes():
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


def test_labs_lists_the_labs(grader: Command) -> None:
    assert "redis_meteorites" in grader("labs").stdout


def test_doctor_names_what_the_machine_has(grader: Command) -> None:
    done = grader("doctor", "--json")
    assert {"python", "docker", "redis"} <= {row["what"] for row in json.loads(done.stdout)}


def test_services_prints_a_url_that_answers_and_stops_at_an_interrupt(grader: Command) -> None:
    process = grader.start("services", "redis_meteorites", "--services", "local", "--json")
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["urls"]["redis"]
    code = f"import redis; print(redis.Redis.from_url({url!r}).ping())"
    answered = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert answered.strip() == "True"
    assert grader.leftovers() == []

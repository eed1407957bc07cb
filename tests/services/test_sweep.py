"""What a killed grader left is swept up by the next; what a living one has is left alone."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.config import Settings
from grader.services.run import MARK, Owner, open_run
from grader.services.sweep import sweep_leftovers
from tests.services.conftest import MakeSettings

ROOT = Path(__file__).parents[2]

Hold = Callable[[Settings], tuple["subprocess.Popen[str]", dict[str, Any]]]


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Starts a grader of its own that holds a lease, and gives its process and what it says of itself."""
    with ExitStack() as stack:

        def start(settings: Settings) -> tuple["subprocess.Popen[str]", dict[str, Any]]:
            arguments = [settings.services, str(settings.state_dir), settings.of["redis"].image]
            grader = subprocess.Popen(
                [sys.executable, "-m", "tests.services.holder", *arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.callback(sweep_leftovers, settings.state_dir)
            stack.callback(grader.wait)
            stack.callback(grader.kill)
            assert grader.stdout is not None
            stack.callback(grader.stdout.close)
            return grader, json.loads(grader.stdout.readline())

        yield start


def is_dead(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_nothing_of_a_killed_grader_is_left(hold: Hold, make_settings: MakeSettings) -> None:
    settings = make_settings()
    grader, held = hold(settings)
    grader.kill()
    grader.wait()
    assert not is_dead(held["pid"]), "the server outlives its grader"
    assert sweep_leftovers(settings.state_dir) == (held["run"],)
    assert is_dead(held["pid"])
    assert list(settings.state_dir.iterdir()) == []
    assert sweep_leftovers(settings.state_dir) == ()


def test_living_grader_is_left_alone(hold: Hold, make_settings: MakeSettings) -> None:
    settings = make_settings()
    _, held = hold(settings)
    assert sweep_leftovers(settings.state_dir) == ()
    assert not is_dead(held["pid"])
    assert (settings.state_dir / held["run"]).is_dir()


def test_interrupted_grader_cleans_up_itself(hold: Hold, make_settings: MakeSettings) -> None:
    settings = make_settings()
    grader, held = hold(settings)
    grader.send_signal(signal.SIGINT)
    grader.wait(10)
    assert is_dead(held["pid"])
    assert list(settings.state_dir.iterdir()) == []


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Has processes begin with SIGINT heeded, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupt_at_any_moment_of_the_start_leaves_nothing(make_settings: MakeSettings) -> None:
    settings = make_settings()
    for delay_s in (0.25, 0.35, 0.45, 0.55):
        command = [sys.executable, "-m", "tests.services.holder", "local", str(settings.state_dir), "x:1"]
        grader = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay_s)
        grader.send_signal(signal.SIGINT)
        grader.wait(10)
        assert not settings.state_dir.exists() or list(settings.state_dir.iterdir()) == []


def test_two_sweeps_at_once_do_no_harm(hold: Hold, make_settings: MakeSettings) -> None:
    settings = make_settings()
    held = []
    for _ in range(3):
        grader, one = hold(settings)
        grader.kill()
        grader.wait()
        held.append(one)
    code = (
        "import sys, pathlib; from grader.services.sweep import sweep_leftovers; "
        "print(*sweep_leftovers(pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(settings.state_dir)]
    sweepers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [sweeper.communicate(timeout=30) for sweeper in sweepers]
    assert [sweeper.returncode for sweeper in sweepers] == [0, 0, 0], said
    assert [errors for _, errors in said] == ["", "", ""]
    assert all(is_dead(one["pid"]) for one in held)
    assert list(settings.state_dir.iterdir()) == []


def test_server_whose_mark_was_overwritten_is_found_by_its_folder(tmp_path: Path) -> None:
    folder = leftover(tmp_path)
    unmarked = subprocess.Popen(["sleep", "60"], cwd=folder)
    try:
        assert sweep_leftovers(tmp_path) == (folder.name,)
        assert is_dead(unmarked.pid)
    finally:
        unmarked.kill()


def test_marked_daemon_is_found_wherever_it_is(tmp_path: Path) -> None:
    folder = leftover(tmp_path)
    daemon = subprocess.Popen(["sleep", "60"], cwd="/", env={MARK: folder.name}, start_new_session=True)
    try:
        assert sweep_leftovers(tmp_path) == (folder.name,)
        assert is_dead(daemon.pid)
    finally:
        daemon.kill()


def test_run_of_another_host_is_left_alone(tmp_path: Path) -> None:
    folder = leftover(tmp_path, host="elsewhere")
    assert sweep_leftovers(tmp_path) == ()
    assert folder.is_dir()


def test_folder_that_is_being_made_is_left_alone(tmp_path: Path) -> None:
    fresh = tmp_path / ".0123456789ab"
    fresh.mkdir()
    (fresh / "lock").touch()
    assert sweep_leftovers(tmp_path) == ()
    assert fresh.is_dir()


def test_garbage_in_the_state_directory_does_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("/")
    (tmp_path / "folder").mkdir()
    folder = leftover(tmp_path)
    (folder / "owner.json").write_text("{")
    assert sweep_leftovers(tmp_path) == (folder.name,)
    assert (tmp_path / "link").is_symlink()
    assert sweep_leftovers(tmp_path / "absent") == ()


def test_what_cannot_be_removed_stays_for_the_next_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = leftover(tmp_path)
    (folder / "container-1").touch()
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    assert sweep_leftovers(tmp_path) == ()
    assert folder.is_dir()
    assert "left over from an earlier run" in caplog.text


def leftover(state_dir: Path, host: str = "") -> Path:
    """The folder of a run whose owner is dead."""
    owner = Owner.of_this_process()
    with open_run(state_dir) as run:
        copy = state_dir / f"{run.id[:-1]}x"
        copy.mkdir()
        (copy / "lock").touch()
        dead = replace(owner, pid=owner.pid, started_at=owner.started_at - 1000, host=host or owner.host)
        (copy / "owner.json").write_text(json.dumps(vars(dead)))
    return copy

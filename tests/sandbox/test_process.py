"""The sandbox as a whole: what a student's process finds there, and that nothing of it is left."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from grader.errors import (
    CallTimeoutError,
    ProcessCrashedError,
    SandboxError,
    UsageError,
)
from grader.sandbox.base import Call
from grader.sandbox.launch import MARKER
from grader.sandbox.process import ProcessSandbox, open_sandbox
from tests.sandbox.conftest import LIMITS, Start, in_process_rooms, levels_here

HOLD = "import os, time\ndef f():\n    open('pid', 'a').write(f'{os.getpid()} ')\n    time.sleep(60)\n"

DAEMON = """
import os, time
def f():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (0, 1, 2, 3): os.close(number)
            open("pid", "w").write(str(os.getpid()))
            time.sleep(60)
        os._exit(0)
    while not os.path.exists("pid") or not open("pid").read(): time.sleep(0.01)
    return int(open("pid").read())
"""

BOMB = """
import os, time
def f():
    for _ in range(50):
        if os.fork() == 0:
            if os.fork() == 0: os.setsid()
            os.execvp("sleep", ["sleep", "60"])
    return 1
"""

HOPPING = """
import os, time
def f():
    if os.fork(): return 1
    for _ in range(100_000):
        if os.fork(): os._exit(0)
        os.setsid()
"""


def below() -> set[int]:
    """The processes below this one."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def alive_in(folder: Path) -> list[psutil.Process]:
    """The processes whose working directory is the folder, whoever their parent is."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


@in_process_rooms
@pytest.mark.parametrize("code", [DAEMON, BOMB, HOPPING], ids=["daemon", "bomb", "hopping"])
def test_a_sweep_leaves_no_process(sandbox: ProcessSandbox, start: Start, code: str) -> None:
    solution = start(code)
    before = below() - {process.pid for process in alive_in(solution.workspace)}
    solution.call("f")
    sandbox.sweep()
    assert alive_in(solution.workspace) == []
    assert below() == before


@in_process_rooms
def test_a_kill_takes_daemons_along_and_spares_other_processes(
    sandbox: ProcessSandbox, start: Start, tmp_path: Path
) -> None:
    daemon = start(DAEMON)
    other = sandbox.start(tmp_path)
    pid = daemon.call("f")
    assert isinstance(pid, int)
    assert psutil.pid_exists(pid)
    daemon.process.kill()
    assert not psutil.pid_exists(pid)
    assert other.is_running
    assert other.call(Call("solution", "f", ()), 5) == pid


def test_ends_without_trace(launcher: str, tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "solution.py").write_text(DAEMON)
    processes, descriptors, threads = below(), len(os.listdir("/dev/fd")), threading.active_count()  # noqa: PTH208
    with open_sandbox("process", launcher, LIMITS, (), "test", scratch) as sandbox:
        process = sandbox.start(tmp_path)
        process.call(Call("solution", "f", ()), 5)
        home = process.call(Call("os", "getenv", ("HOME",), "from os import getenv"), 5)
        assert Path(str(home)).is_dir()
    sandbox.close()
    assert below() == processes
    assert alive_in(tmp_path) == []
    assert len(os.listdir("/dev/fd")) == descriptors  # noqa: PTH208
    assert threading.active_count() == threads
    assert not Path(str(home)).parent.exists()
    with pytest.raises(SandboxError, match="closed"):
        sandbox.start(tmp_path)


DESCRIPTORS = """
import os
def f():
    links = {}
    for name in os.listdir("/proc/self/fd"):
        try: links[int(name)] = os.readlink(f"/proc/self/fd/{name}").split(":")[0]
        except FileNotFoundError: pass  # the listing's own
    return links
"""


def test_finds_only_its_own_descriptors(tmp_path: Path, launcher: str, scratch: Path) -> None:
    (tmp_path / "solution.py").write_text(DESCRIPTORS)
    with (tmp_path / "secret").open("w") as secret, socket.socket() as connection:
        os.set_inheritable(secret.fileno(), True)
        os.set_inheritable(connection.fileno(), True)
        with open_sandbox("process", launcher, LIMITS, (), "test", scratch) as sandbox:
            first, second = sandbox.start(tmp_path), sandbox.start(tmp_path)
            for process in (second, first):
                links = process.call(Call("solution", "f", ()), 5)
                assert links == {0: "/dev/null", 1: "pipe", 2: "pipe", 3: "socket"}


def test_finds_a_clean_environment(
    launcher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scratch: Path
) -> None:
    monkeypatch.setenv("CANARY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/canary")
    monkeypatch.setenv("GRADER_REDIS_URL", "secret")
    code = (
        "import os, subprocess\ndef f(): return dict(os.environ)\n"
        "def raw(): return open('/proc/self/environ').read() + open(f'/proc/{os.getppid()}/environ').read()\n"
        "def child(): return subprocess.run(['env'], capture_output=True, text=True).stdout\n"
    )
    (tmp_path / "solution.py").write_text(code)
    with open_sandbox("process", launcher, LIMITS, (), "test", scratch) as sandbox:
        process = sandbox.start(tmp_path, {"REDIS_URL": "redis://here"})
        found = process.call(Call("solution", "f", ()), 5)
        texts = [str(process.call(Call("solution", name, ()), 5)) for name in ("raw", "child")]
    assert isinstance(found, dict)
    known = {
        "PATH",
        "HOME",
        "TMPDIR",
        "LANG",
        "TZ",
        "PYTHONHASHSEED",
        "PYTHONDONTWRITEBYTECODE",
        MARKER,
        "LC_CTYPE",
    }
    assert set(found) - known == {"REDIS_URL"}
    assert all("secret" not in text and "canary" not in text for text in texts)
    assert "REDIS_URL=redis://here" in texts[1]


@in_process_rooms
def test_home_and_temporary_files_do_not_outlive_a_sweep(sandbox: ProcessSandbox, start: Start) -> None:
    code = (
        "import os, tempfile\ndef f():\n    open(os.path.expanduser('~/kept'), 'w').close()\n"
        "    tempfile.mkstemp()\n    return [os.path.expanduser('~'), tempfile.gettempdir()]"
    )
    folders = start(code).call("f")
    assert isinstance(folders, list)
    assert [len(list(Path(folder).iterdir())) for folder in folders] == [1, 1]
    sandbox.sweep()
    assert [len(list(Path(folder).iterdir())) for folder in folders] == [0, 0]


@in_process_rooms
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_parent_costs_the_check_and_nothing_else(start: Start, number: signal.Signals) -> None:
    code = f"import os, time\n{DAEMON.replace('def f', 'def daemon')}\n"
    code += (
        f"def f():\n    daemon()\n    os.kill(os.getppid(), {int(number)})\n    time.sleep(60)\n    return 1"
    )
    solution = start(code)
    with pytest.raises(ProcessCrashedError):
        solution.call("f")
    assert alive_in(solution.workspace) == []
    again = start("def f(): return 1")
    assert again.call("f") == 1


STOP = """
import os, signal, time
def once():
    os.kill(os.getppid(), signal.SIGSTOP)
    while True: pass
def always():
    warm = os.getppid()
    if os.fork() == 0:
        while True: os.kill(warm, signal.SIGSTOP)
    return 1
"""


@in_process_rooms
def test_a_stopped_parent_does_not_hold_the_grader_up(start: Start) -> None:
    solution = start(STOP)
    started = time.monotonic()
    with pytest.raises(CallTimeoutError):
        solution.call("once", timeout_s=0.3)
    assert time.monotonic() - started < 1
    assert start("def f(): return 1").call("f") == 1


@in_process_rooms
def test_a_parent_that_is_stopped_again_and_again_is_replaced(sandbox: ProcessSandbox, start: Start) -> None:
    solution = start(STOP)
    assert solution.call("always") == 1
    started = time.monotonic()
    sandbox.sweep()
    assert time.monotonic() - started < 3
    assert alive_in(solution.workspace) == []
    assert start("def f(): return 1").call("f") == 1


@pytest.mark.parametrize("level", ["process", "isolated"])
def test_nothing_outlives_a_killed_grader(
    level: str, launcher: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if level not in levels_here():
        pytest.skip(f"the level {level} is not to be had here")
    scratch = tmp_path_factory.mktemp("scratch")
    (tmp_path / "solution.py").write_text(
        HOLD + DAEMON.replace("def f", "def daemon").replace('"pid"', '"daemon"')
    )
    program = f"""
from pathlib import Path
from grader.sandbox.base import Call, Limits
from grader.sandbox.process import open_sandbox
sandbox = open_sandbox({level!r}, {launcher!r}, Limits(), (), "test", Path({str(scratch)!r}))
workspace = sandbox.workspace if {level!r} == "isolated" else Path({str(tmp_path)!r})
if {level!r} == "isolated": sandbox.lay_out(Path({str(tmp_path)!r}))
sandbox.reach({{"redis": "redis://127.0.0.1:1/0"}})
processes = [sandbox.start(workspace) for _ in range(2)]
processes[0].call(Call("solution", "daemon", ()), 5)
for process in processes: process.send(Call("solution", "f", ()), 5)
print("ready", flush=True)
processes[0].receive(60)
"""
    environment = {**os.environ, "TMPDIR": str(scratch)}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == "ready\n"
        assert any(scratch.glob("sandbox-*"))
        theirs = psutil.Process(grader.pid).children(recursive=True)
        assert len(theirs) > 3
        grader.kill()
    psutil.wait_procs(theirs, timeout=5)
    assert not any(process.is_running() for process in theirs)
    give_up = time.monotonic() + 5
    while any(scratch.glob("sandbox-*")) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert alive_in(tmp_path) == []
    assert not any(scratch.glob("sandbox-*"))


def test_starts_while_the_caller_does_other_things(launcher: str, scratch: Path) -> None:
    started = time.monotonic()
    sandbox = open_sandbox("process", launcher, LIMITS, ("redis",), "test", scratch)
    opening_s = time.monotonic() - started
    sandbox.close()
    assert opening_s < 0.1


@in_process_rooms
def test_a_folder_that_is_not_there_is_the_graders_fault(sandbox: ProcessSandbox, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="gone"):
        sandbox.start(tmp_path / "gone")


def test_an_unknown_level_or_launcher_is_a_wrong_setting(scratch: Path) -> None:
    with pytest.raises(UsageError, match="'none'"):
        open_sandbox("none", "auto", LIMITS, (), "test", scratch)
    with pytest.raises(UsageError, match="'clone'"):
        open_sandbox("auto", "clone", LIMITS, (), "test", scratch)

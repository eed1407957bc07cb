"""The grader's side of the warm process: starting it, asking it, and cleaning up after it."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from grader.errors import SandboxError
from grader.sandbox.channel import Channel, ChannelClosedError, DeadlineError, ForgeryError
from grader.sandbox.inside.codec import DecodeError, decode, encode
from grader.sandbox.inside.protocol import HEADER
from grader.submission.workspace import make_empty, remove_tree

MARKER = "GRADER_RUN"
PROGRAM = Path(__file__).with_name("inside") / "__main__.py"
ANSWER_BYTES = 64 * 1024
# The first wish waits until the drivers are imported, on a machine that may be busy with other things.
START_PATIENCE_S = 30.0
# Longer than the warm process itself tries to kill what does not die.
END_PATIENCE_S = 8.0
# How often, and how far apart, it is found stopped before it is given up.
STOPPED_TIMES = 3
STOPPED_S = 0.1
HANGING_UP_S = 1.0
LAST_WORDS_S = 0.2
BURIAL_S = 5.0


class WarmLostError(Exception):
    """The warm process is gone or does not answer; the text says which, with its last words."""


class WarmProcess:
    """One warm process. It is started at once and gets ready while the grader does other things."""

    def __init__(self, launcher: str, services: Sequence[str], run_id: str, folder: Path) -> None:
        """Starts the process; returns before it is ready.

        Args:
            launcher: `fork` or `spawn`.
            services: Those whose drivers it imports ahead.
            run_id: Stands, with a random part, in the environment of every process below, to find them by.
            folder: Where it gets a folder of its own.

        Raises:
            SandboxError: The machine lets no process start.
        """
        self._marker = f"{run_id}.{secrets.token_hex(8)}"
        self._lock = threading.Lock()
        self._is_buried = False
        self._asked = 0
        self._scratch = Path(tempfile.mkdtemp(prefix="sandbox-", dir=folder))
        self._log = self._scratch / "warm.log"
        try:
            self._empty()
            self._socket, theirs = socket.socketpair()
            self._control = Channel(self._socket, ANSWER_BYTES)
            with theirs:
                self._process = self._popen(theirs.fileno(), [launcher, *services])
        except OSError as error:
            remove_tree(self._scratch)
            raise SandboxError(f"The process that starts student processes cannot start: {error}.") from error

    def _popen(self, control: int, arguments: list[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-s", "-B", str(PROGRAM), "warm", str(control)]
        command += [str(self._scratch), *arguments]
        with self._log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._scratch,
                env=_environment(self._scratch, self._marker),
                pass_fds=[control],
                start_new_session=True,
            )

    def _empty(self) -> None:
        for name in ("home", "tmp"):
            make_empty(self._scratch / name)

    @property
    def pid(self) -> int:
        """The warm process's own number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs and has not been given up."""
        return not self._is_buried and self._process.poll() is None

    def start(self, token: int, channel: socket.socket, output: int) -> None:
        """Starts a student process.

        Args:
            token: The grader's name for it.
            channel: The student's end of its connection.
            output: The writing end of the pipe for what it prints.

        Raises:
            WarmLostError: The warm process cannot do it.
        """
        self._ask({"wish": "start", "token": token}, START_PATIENCE_S, [channel.fileno(), output])

    def end(self, token: int) -> int | None:
        """Kills a student process and all that it left.

        Returns:
            The exit code if it had ended by itself before, negative for a signal; else None.

        Raises:
            WarmLostError: The warm process cannot do it.
        """
        exit_code = self._ask({"wish": "end", "token": token}, END_PATIENCE_S).get("exit_code")
        return exit_code if type(exit_code) is int else None

    def sweep(self) -> None:
        """Kills every process below the warm one, and empties their home and temporary folder.

        Raises:
            WarmLostError: The warm process cannot do it.
        """
        self._ask({"wish": "sweep"}, END_PATIENCE_S)
        if sys.platform != "linux":
            # Without adoption a daemon is found by its environment only.
            _kill_marked(self._marker, spared=self._process.pid)
        self._empty()

    def bury(self) -> None:
        """Ends the warm process and every process that is left of it; harmless the second time.

        Raises:
            SandboxError: Some of them do not die.
        """
        with self._lock:
            if self._is_buried:
                return
            self._is_buried = True
            self._control.close()
            # Hung up on, it kills what is below it and ends by itself. If not, it is killed like the rest.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._continue()
                self._process.wait(HANGING_UP_S)
            below = _descendants(self._process.pid)
            self._process.kill()
            self._process.wait()
            _kill(below)
            _kill_marked(self._marker)
            remove_tree(self._scratch)

    def _ask(
        self, wish: Mapping[str, Any], patience_s: float, descriptors: Sequence[int] = ()
    ) -> dict[str, Any]:
        with self._lock:
            if self._is_buried:
                raise WarmLostError("the process that starts student processes was ended")
            self._asked += 1
            try:
                self._continue()
                answer = self._exchange({**wish, "number": self._asked}, patience_s, descriptors)
            except (
                DeadlineError,
                ChannelClosedError,
                ForgeryError,
                DecodeError,
                OSError,
                psutil.Error,
            ) as error:
                raise WarmLostError(self._last_words(error)) from error
        if answer.get("done") is not True:
            raise WarmLostError(f"the process that starts student processes answered {str(answer)[:500]}")
        return answer

    def _exchange(
        self, wish: dict[str, Any], patience_s: float, descriptors: Sequence[int]
    ) -> dict[str, Any]:
        data = encode(wish)
        deadline = time.monotonic() + patience_s
        if descriptors:
            self._socket.settimeout(patience_s)
            socket.send_fds(self._socket, [HEADER.pack(len(data))], list(descriptors))
            self._socket.sendall(data)
        else:
            self._control.send(data, deadline)
        self._await_life(deadline)
        while True:
            answer = decode(self._control.receive(deadline))
            # One with another number belongs to a wish that an interrupt has cut off.
            if isinstance(answer, dict) and answer.get("number") == wish["number"]:
                return answer

    def _await_life(self, deadline: float) -> None:
        """Awaits an answer, but not from a process that a student's code stops again and again."""
        stopped = 0
        while not self._control.wait(STOPPED_S) and time.monotonic() < deadline:
            stopped += psutil.Process(self._process.pid).status() == psutil.STATUS_STOPPED
            if stopped == STOPPED_TIMES:
                raise DeadlineError
            self._continue()

    def _continue(self) -> None:
        """Wakes it, should a student's code have stopped it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)

    def _last_words(self, error: Exception) -> str:
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # the connection closes before the process is gone
            self._process.wait(LAST_WORDS_S)
        code = self._process.returncode
        state = "does not answer" if code is None else f"ended with {code}"
        log = self._log.read_bytes()[-2000:].decode("utf-8", "backslashreplace").strip()
        return f"the process that starts student processes {state} ({type(error).__name__}); it wrote {log!r}"


def _environment(scratch: Path, marker: str) -> dict[str, str]:
    """A clean environment: nothing of the grader's own goes in but the way to programs."""
    return {
        "PATH": os.pathsep.join(os.get_exec_path()),
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",  # sets come in the same order in every run, or a grade could be luck
        "PYTHONDONTWRITEBYTECODE": "1",
        MARKER: marker,
    }


def _descendants(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def _kill_marked(marker: str, spared: int | None = None) -> None:
    """Kills the processes that carry the marker, until there are none."""
    give_up = time.monotonic() + BURIAL_S
    while found := [each for each in psutil.process_iter() if each.pid != spared and _has(each, marker)]:
        if time.monotonic() > give_up:
            numbers = ", ".join(str(process.pid) for process in found)
            raise SandboxError(f"Processes that a submission left behind do not die: {numbers}. Kill them.")
        _kill(found)


def _has(process: psutil.Process, marker: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARKER) == marker
    except (psutil.Error, OSError):  # gone, or another user's
        return False


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=0.2)

"""The sandbox of the level `process`, and the way to open a sandbox."""

import contextlib
import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from grader.errors import IsolationRefusedError, SandboxError, UsageError
from grader.sandbox.base import Isolation, Limits
from grader.sandbox.channel import Channel
from grader.sandbox.launch import WarmLostError, WarmProcess
from grader.sandbox.output import OutputReader
from grader.sandbox.student import ENVELOPE_BYTES, StudentProcess

LAUNCHERS = ("fork", "spawn")
# Once more with a fresh warm process, should an earlier call have killed the old one.
ATTEMPTS = 2
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


def open_sandbox(
    level: str, launcher: str, limits: Limits, drivers: Sequence[str], run_id: str, folder: Path
) -> "ProcessSandbox":
    """Opens a sandbox and returns at once; it gets ready while the caller does other things.

    Args:
        level: `auto`, the strongest that there is, or the level that it must be.
        launcher: `fork`, `spawn`, or `auto`, which forks where that can be trusted.
        limits: What each process may use.
        drivers: The services whose drivers are imported ahead.
        run_id: Stands in the environment of every process, so that none of them can be overlooked.
        folder: Where the sandbox may put files of its own.

    Raises:
        IsolationRefusedError: This level does not exist here.
        UsageError: There is no such level or launcher.
    """
    if level not in ("auto", *Isolation):
        raise UsageError(f"There is no isolation level {level!r}; there are auto, {', '.join(Isolation)}.")
    if level not in ("auto", Isolation.PROCESS):
        raise IsolationRefusedError(
            f"The isolation level {level!r} is not available in this version; the strongest is "
            f"{Isolation.PROCESS.value!r}. Ask for that one or for auto if you trust the graded code."
        )
    if launcher == "auto":
        # System libraries of macOS do not survive a fork.
        launcher = "fork" if sys.platform == "linux" else "spawn"
    if launcher not in LAUNCHERS:
        raise UsageError(f"There is no launcher {launcher!r}; there are auto, {', '.join(LAUNCHERS)}.")
    return ProcessSandbox(limits, lambda: WarmProcess(launcher, drivers, run_id, folder))


class ProcessSandbox:
    """Student processes below one warm process; `grader.sandbox.base.Sandbox` says what each method does."""

    isolation = Isolation.PROCESS

    def __init__(self, limits: Limits, new_warm: Callable[[], WarmProcess]) -> None:
        self._limits = limits
        self._new_warm = new_warm
        self._is_closed = False
        self._started = 0
        self._processes: list[StudentProcess] = []
        self._warm = new_warm()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self, workspace: Path, environment: Mapping[str, str] = _NO_VARIABLES) -> StudentProcess:
        """Starts a process in a folder, and awaits that it is ready."""
        if self._is_closed:
            raise SandboxError("The sandbox is closed.")
        for attempt in range(1, ATTEMPTS + 1):
            if not self._warm.is_alive:
                self._warm.bury()
                self._warm = self._new_warm()
            try:
                return self._start(workspace, environment)
            except WarmLostError as error:
                self._warm.bury()
                if attempt == ATTEMPTS:
                    raise SandboxError(f"No student process can be started: {error}.") from error
        raise AssertionError("the loop returns or raises")

    def sweep(self) -> None:
        """Kills every process of the student's, and empties their home and temporary folder."""
        for process in self._processes:
            process.kill()
        self._processes.clear()
        try:
            self._warm.sweep()
        except WarmLostError:
            self._warm.bury()

    def close(self) -> None:
        """Sweeps and ends the sandbox."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self.sweep()
        finally:
            self._warm.bury()

    def _start(self, workspace: Path, environment: Mapping[str, str]) -> StudentProcess:
        self._started += 1
        token = self._started
        warm = self._warm
        with contextlib.ExitStack() as on_failure, contextlib.ExitStack() as theirs:
            ours, channel = socket.socketpair()
            on_failure.enter_context(ours)
            theirs.enter_context(channel)
            reading, writing = os.pipe()
            on_failure.callback(os.close, reading)
            theirs.callback(os.close, writing)
            warm.start(token, channel, writing)
            on_failure.pop_all()
        reader = OutputReader(
            reading, self._limits.kept_output_bytes, self._limits.output_bytes, lambda: _end(warm, token)
        )
        process = StudentProcess(
            warm, token, Channel(ours, self._limits.reply_bytes + ENVELOPE_BYTES), reader, self._limits
        )
        process.set_up(workspace, environment)
        self._processes.append(process)
        return process


def _end(warm: WarmProcess, token: int) -> None:
    """Kills a process from the thread that reads its output; whoever awaits its answer notices."""
    with contextlib.suppress(WarmLostError):
        warm.end(token)

"""The warm process: it has the drivers imported, starts student processes, and sees them dead.

It runs beside the grader and holds nothing of the grader's but one end of a socket. When that closes, it
kills every process below it and ends.
"""

import contextlib
import gc
import importlib
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.sandbox.inside.child.clients import DRIVERS
from grader.sandbox.inside.child.serve import run_child
from grader.sandbox.inside.codec import decode, encode
from grader.sandbox.inside.family import Family, die_with_parent
from grader.sandbox.inside.protocol import HEADER, ExitCode, read_exactly, write_frame

PROGRAM = Path(__file__).with_name("__main__.py")
HANDED_OVER = 2


@dataclass
class Child:
    """One student process, running or ended.

    Attributes:
        channel: A copy of its end of the connection. When the process has ended, shutting this down tells the
            grader so, even if a descendant has inherited the other copy.
        exit_code: None while it runs; negative for a signal.
        keep_alive: The object that started it, whose finaliser would wait for it.
    """

    pid: int
    channel: socket.socket
    exit_code: int | None = None
    keep_alive: subprocess.Popen[bytes] | None = field(default=None, repr=False)


class Warm:
    """Answers the grader's wishes, one after the other."""

    def __init__(self, control: socket.socket, launcher: str) -> None:
        self._control = control
        self._launch: Callable[[int, int], tuple[int, subprocess.Popen[bytes] | None]]
        self._launch = {"fork": _fork, "spawn": _spawn}[launcher]
        self._children: dict[int, Child] = {}
        self._family = Family(self._ended)

    def serve(self) -> None:
        """Serves until the grader hangs up, then leaves no process behind."""
        ended, wakeup = socket.socketpair()
        ended.setblocking(False)
        wakeup.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._control, selectors.EVENT_READ)
                selector.register(ended, selectors.EVENT_READ)
                while self._serve_once(selector, ended):
                    pass
        finally:
            self._family.kill_all()

    def _serve_once(self, selector: selectors.BaseSelector, ended: socket.socket) -> bool:
        ready = {key.fileobj for key, _ in selector.select()}
        if ended in ready:
            with contextlib.suppress(BlockingIOError):
                ended.recv(4096)
            self._family.reap()
        return self._control not in ready or self._answer()

    def _answer(self) -> bool:
        header, handed, _, _ = socket.recv_fds(self._control, HEADER.size, HANDED_OVER)
        frame = read_exactly(self._control, HEADER.unpack(header)[0]) if len(header) == HEADER.size else None
        if frame is None:
            return False
        wish: Any = decode(frame)
        answer = self._fulfil(wish, handed)
        write_frame(self._control, encode({"number": wish["number"], **answer}))
        return True

    def _fulfil(self, wish: dict[str, Any], handed: list[int]) -> dict[str, Any]:
        try:
            match wish["wish"]:
                case "start":
                    return self._start(wish["token"], handed)
                case "end":
                    return self._end(wish["token"])
                case "sweep":
                    return {"done": self._sweep()}
        except OSError as error:
            return {"error": f"{type(error).__name__}: {error}"}
        finally:
            for descriptor in handed:
                os.close(descriptor)
        return {"error": "unknown wish"}

    def _start(self, token: int, handed: list[int]) -> dict[str, Any]:
        channel, output = handed
        pid, keep_alive = self._launch(channel, output)
        self._children[token] = Child(pid, socket.socket(fileno=os.dup(channel)), keep_alive=keep_alive)
        return {"done": True}

    def _end(self, token: int) -> dict[str, Any]:
        child = self._children.pop(token, None)
        if child is None:
            return {"done": True, "exit_code": None}
        self._family.reap()
        ended_by_itself = child.exit_code
        spared = {other.pid for other in self._children.values() if other.exit_code is None}
        done = self._family.kill_all(spared)
        child.channel.close()
        return {"done": done, "exit_code": ended_by_itself}

    def _sweep(self) -> bool:
        done = self._family.kill_all()
        for child in self._children.values():
            child.channel.close()
        self._children.clear()
        return done

    def _ended(self, pid: int, exit_code: int) -> None:
        for child in self._children.values():
            if child.pid == pid and child.exit_code is None:
                child.exit_code = exit_code
                if child.keep_alive is not None:
                    child.keep_alive.returncode = exit_code
                with contextlib.suppress(OSError):  # the grader has hung up already
                    child.channel.shutdown(socket.SHUT_RDWR)


def run_warm(control: int, scratch: str, launcher: str, services: Sequence[str]) -> None:
    """Serves the grader until it hangs up.

    Args:
        control: The descriptor of the connection to the grader.
        scratch: A folder that is removed in the end, since the grader may have been killed.
        launcher: `fork`, or `spawn` where a fork cannot be trusted.
        services: Those whose drivers are imported ahead, as far as they are installed.
    """
    if launcher == "fork":
        for driver in (name for service in services for name in DRIVERS.get(service, (service,))):
            with contextlib.suppress(ImportError):
                importlib.import_module(driver)
        # What is there now is never collected, so that its pages stay shared with every child.
        gc.collect()
        gc.freeze()
    os.set_inheritable(control, False)
    with socket.socket(fileno=control) as connection:
        Warm(connection, launcher).serve()
    shutil.rmtree(scratch, ignore_errors=True)


def _fork(channel: int, output: int) -> tuple[int, None]:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid, None
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        die_with_parent(parent)
        run_child(channel, output)
    finally:
        os._exit(ExitCode.NOT_STARTED)


def _spawn(channel: int, output: int) -> tuple[int, subprocess.Popen[bytes]]:
    command = [sys.executable, "-P", "-s", "-B", str(PROGRAM), "serve", str(channel), str(os.getpid())]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=[channel],
        start_new_session=True,
    )
    return process.pid, process

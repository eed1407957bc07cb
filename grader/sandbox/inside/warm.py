"""The warm process: it has the drivers imported, starts student processes, and sees them dead.

It runs beside the grader and holds nothing of the grader's but one end of a socket. When that closes, it
kills every process below it and ends.
"""

import contextlib
import functools
import gc
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
from typing import TYPE_CHECKING, Any

from grader.sandbox.inside.child.clients import prepare_drivers
from grader.sandbox.inside.child.serve import run_child
from grader.sandbox.inside.codec import decode, encode
from grader.sandbox.inside.family import Family, die_with_parent
from grader.sandbox.inside.protocol import HEADER, ExitCode, read_exactly, read_frame, write_frame

if TYPE_CHECKING:
    from grader.sandbox.inside.walls.build import Enclosure

PROGRAM = Path(__file__).with_name("__main__.py")
HANDED_OVER = 2
_BACKLOG = 128

Walls = Callable[[], None] | None
"""What a student process does to itself before any code of the student's runs."""


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

    def __init__(self, control: socket.socket, handing: socket.socket, launcher: str) -> None:
        """Starts with no children.

        Args:
            control: Takes wishes and gives answers.
            handing: Takes the descriptors that an answer speaks of.
            launcher: `fork` or `spawn`.
        """
        self._control = control
        self._handing = handing
        self._launch: Callable[[int, int, Walls], tuple[int, subprocess.Popen[bytes] | None]]
        self._launch = {"fork": _fork, "spawn": _spawn}[launcher]
        self._children: dict[int, Child] = {}
        self._family = Family(self._ended)
        self._enclosure: Enclosure | None = None

    def enclose(self) -> bool:
        """Has the first wish fulfilled, which is to raise walls or none; whether it was."""
        frame = read_frame(self._control)
        if frame is None:
            return False
        wish: Any = decode(frame)
        answer: dict[str, Any] = {"done": True, "workspace": None}
        if wish["plan"] is not None:
            answer = self._raise_walls(wish["plan"])
        write_frame(self._control, encode({"number": wish["number"], **answer}))
        return bool(answer.get("done"))

    def _raise_walls(self, fields: dict[str, Any]) -> dict[str, Any]:
        from grader.sandbox.inside.walls.build import enclose  # noqa: PLC0415 - for Linux alone
        from grader.sandbox.inside.walls.plan import MissingError, Plan  # noqa: PLC0415

        try:
            enclosure = enclose(Plan(**{**fields, "without": tuple(fields["without"])}))
        except MissingError as error:
            return {"missing": error.mechanism.value, "reason": error.reason}
        # The subreaper of before was another process, if this one is the first of a namespace.
        self._family = Family(self._ended, is_alone=os.getpid() == 1 and enclosure.box is not None)
        self._enclosure = enclosure
        if enclosure.box is not None:
            socket.send_fds(self._handing, [b"x"], [enclosure.box])
            os.close(enclosure.box)
        return {"done": True, "workspace": enclosure.workspace}

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
                    return self._start(wish["token"], wish["ports"], handed)
                case "end":
                    return self._end(wish["token"])
                case "sweep":
                    return {"done": self._sweep()}
                case "listen":
                    return {"done": self._listen(wish["port"])}
        except OSError as error:
            return {"error": f"{type(error).__name__}: {error}"}
        finally:
            for descriptor in handed:
                os.close(descriptor)
        return {"error": "unknown wish"}

    def _start(self, token: int, ports: list[int], handed: list[int]) -> dict[str, Any]:
        channel, output = handed
        pid, keep_alive = self._launch(channel, output, self._walls(ports))
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

    def _walls(self, ports: list[int]) -> "Walls":
        if self._enclosure is None:
            return None
        from grader.sandbox.inside.walls.build import raise_inner_walls  # noqa: PLC0415 - for Linux alone

        return functools.partial(raise_inner_walls, self._enclosure, ports)

    def _listen(self, port: int) -> bool:
        """Hands over a socket of this network to which a port leads; not if the port is taken."""
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                # All addresses lead here, in a network that has no other machine.
                listener.bind(("0.0.0.0", port))  # noqa: S104
                listener.listen(_BACKLOG)
            except OSError:
                return False
            socket.send_fds(self._handing, [b"x"], [listener.fileno()])
            return True

    def _ended(self, pid: int, exit_code: int) -> None:
        for child in self._children.values():
            if child.pid == pid and child.exit_code is None:
                child.exit_code = exit_code
                if child.keep_alive is not None:
                    child.keep_alive.returncode = exit_code
                with contextlib.suppress(OSError):  # the grader has hung up already
                    child.channel.shutdown(socket.SHUT_RDWR)


def run_warm(control: int, handing: int, scratch: str, launcher: str, services: Sequence[str]) -> None:
    """Serves the grader until it hangs up.

    Args:
        control: The descriptor of the connection to the grader.
        handing: That of the connection over which descriptors go to the grader.
        scratch: A folder that is removed in the end, since the grader may have been killed.
        launcher: `fork`, or `spawn` where a fork cannot be trusted.
        services: Those whose drivers are imported ahead, as far as they are installed.
    """
    if launcher == "fork":
        gc.disable()
        prepare_drivers(services)
        # What is there now is never collected, so that its pages stay shared with every child.
        gc.freeze()
        gc.enable()
    os.set_inheritable(control, False)
    os.set_inheritable(handing, False)
    with socket.socket(fileno=control) as connection, socket.socket(fileno=handing) as hand:
        warm = Warm(connection, hand, launcher)
        if warm.enclose():
            warm.serve()
    shutil.rmtree(scratch, ignore_errors=True)


def _fork(channel: int, output: int, walls: Walls) -> tuple[int, None]:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid, None
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        die_with_parent(parent)
        if walls is not None:
            walls()
        run_child(channel, output)
    finally:
        os._exit(ExitCode.NOT_STARTED)


def _spawn(channel: int, output: int, walls: Walls) -> tuple[int, subprocess.Popen[bytes]]:
    command = [sys.executable, "-P", "-s", "-B", str(PROGRAM), "serve", str(channel), str(os.getpid())]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=[channel],
        start_new_session=True,
        preexec_fn=walls,  # noqa: PLW1509 - this process has one thread
    )
    return process.pid, process

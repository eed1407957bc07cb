"""The conversation with the warm process: a wish goes in, an answer comes out, sometimes a descriptor."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from grader.sandbox.channel import Channel, ChannelClosedError, DeadlineError, ForgeryError
from grader.sandbox.inside.codec import DecodeError, decode, encode
from grader.sandbox.inside.protocol import HEADER

ANSWER_BYTES = 64 * 1024
# How often, and how far apart, the process is found stopped before it is given up.
STOPPED_TIMES = 3
STOPPED_S = 0.1
LAST_WORDS_S = 0.2
_HANDING_S = 5.0


class WarmLostError(Exception):
    """The warm process is gone or does not answer; the text says which, with its last words."""


class WallMissingError(Exception):
    """The machine does not allow one of the walls that a level has.

    Args:
        mechanism: The wall's name.
    """

    def __init__(self, mechanism: str, reason: str) -> None:
        super().__init__(f"{mechanism}: {reason}")
        self.mechanism = mechanism


class Wishes:
    """The grader's end of both connections to a warm process."""

    def __init__(
        self, control: socket.socket, hand: socket.socket, process: subprocess.Popen[bytes], log: Path
    ) -> None:
        """Begins a conversation.

        Args:
            control: Carries wishes and answers.
            hand: Carries the descriptors that answers speak of.
            log: What the process writes.
        """
        self._socket = control
        self._control = Channel(control, ANSWER_BYTES)
        self._hand = hand
        self._process = process
        self._log = log
        self._asked = 0

    def send(self, wish: Mapping[str, Any], patience_s: float, descriptors: Sequence[int] = ()) -> int:
        """Sends a wish, and gives its number.

        Raises:
            WarmLostError: The process does not take it.
        """
        self._asked += 1
        data = encode({**wish, "number": self._asked})
        try:
            self.wake()
            if descriptors:
                self._socket.settimeout(patience_s)
                socket.send_fds(self._socket, [HEADER.pack(len(data))], list(descriptors))
                self._socket.sendall(data)
            else:
                self._control.send(data, time.monotonic() + patience_s)
        except (DeadlineError, ChannelClosedError, OSError) as error:
            raise WarmLostError(self._last_words(error)) from error
        return self._asked

    def receive(self, number: int, patience_s: float) -> dict[str, Any]:
        """Awaits the answer to a wish.

        Raises:
            WarmLostError: None comes, or none that can be read.
        """
        deadline = time.monotonic() + patience_s
        try:
            self._await_life(deadline)
            while True:
                answer = decode(self._control.receive(deadline))
                # One with another number belongs to a wish that an interrupt has cut off.
                if isinstance(answer, dict) and answer.get("number") == number:
                    return answer
        except (
            DeadlineError,
            ChannelClosedError,
            ForgeryError,
            DecodeError,
            OSError,
            psutil.Error,
        ) as error:
            raise WarmLostError(self._last_words(error)) from error

    def take_descriptor(self) -> int:
        """Takes the descriptor that an answer spoke of.

        Raises:
            WarmLostError: None came.
        """
        self._hand.settimeout(_HANDING_S)
        try:
            _, descriptors, _, _ = socket.recv_fds(self._hand, 1, 1)
        except OSError as error:
            raise WarmLostError(self._last_words(error)) from error
        if not descriptors:
            raise WarmLostError("the process that starts student processes handed nothing over")
        return descriptors[0]

    def wake(self) -> None:
        """Wakes the process, should a student's code have stopped it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)

    def hang_up(self, patience_s: float) -> None:
        """Hangs up, and awaits that the process does so too, which it does when it ends."""
        with contextlib.suppress(OSError):  # it has hung up already, or does not end
            self._socket.shutdown(socket.SHUT_WR)
            self.wake()
            self._socket.settimeout(patience_s)
            while self._socket.recv(ANSWER_BYTES):  # an answer that nobody waits for any more
                continue
        self._control.close()
        self._hand.close()

    def _await_life(self, deadline: float) -> None:
        """Awaits an answer, but not from a process that a student's code stops again and again."""
        stopped = 0
        while not self._control.wait(STOPPED_S) and time.monotonic() < deadline:
            stopped += psutil.Process(self._process.pid).status() == psutil.STATUS_STOPPED
            if stopped == STOPPED_TIMES:
                raise DeadlineError
            self.wake()

    def _last_words(self, error: Exception) -> str:
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # the connection closes before the process is gone
            self._process.wait(LAST_WORDS_S)
        code = self._process.returncode
        state = "does not answer" if code is None else f"ended with {code}"
        log = self._log.read_bytes()[-2000:].decode("utf-8", "backslashreplace").strip()
        return f"the process that starts student processes {state} ({type(error).__name__}); it wrote {log!r}"

"""Runs the student's worker, and can stop it before any of its commands; a check puts it beside worker.py.

Where it stands is seen in the server: at its n-th stop it subscribes to `held:<token>:<n>` and goes on when
somebody publishes there after how many commands to stop again; when it is through, to `over:<token>`.
"""

import importlib
import threading
from typing import Any

import redis
from redis.connection import AbstractConnection

MANY_JOBS = 50
SEND = AbstractConnection.send_packed_command
# What the driver sends by itself when it connects.
CONNECTING = (b"$4\r\nAUTH", b"$5\r\nHELLO", b"$6\r\nCLIENT", b"$6\r\nSELECT")


class Control(redis.Connection):
    """A connection of the check's own, whose commands do not count."""

    send_packed_command = SEND


class Turn:
    """What the check wants of this process.

    Attributes:
        left: How many commands are left until the one before which to stop.
    """

    def __init__(self, url: str) -> None:
        self.begin("", 0)
        self._lock = threading.Lock()
        self._control = redis.Redis.from_url(url, socket_timeout=None, connection_class=Control)
        self._over = self._control.pubsub()
        # A worker may wait for a command as long as it likes.
        self.rd = redis.Redis.from_url(url, socket_timeout=None)
        AbstractConnection.send_packed_command = self._counter()

    def begin(self, token: str, place: int) -> None:
        """Begins to count."""
        self.token, self.left, self._stops = token, place, 0

    def _counter(self) -> Any:  # noqa: ANN401 - takes the place of the driver's own method
        def counted(connection: Any, command: Any, *options: Any, **more: Any) -> Any:  # noqa: ANN401 - handed on
            first = command[0] if isinstance(command, list | tuple) else command
            if any(word in first[:20] for word in CONNECTING):
                return SEND(connection, command, *options, **more)
            # Whoever stops holds the lock, so that the worker's other threads stand still with it.
            with self._lock:
                self.left -= 1
                if self.left == 0:
                    self._stop()
            return SEND(connection, command, *options, **more)

        return counted

    def _stop(self) -> None:
        self._stops += 1
        with self._control.pubsub() as place:
            place.subscribe(f"held:{self.token}:{self._stops}")
            while (message := place.get_message(timeout=None) or {}).get("type") != "message":
                pass
        self.left = int(message["data"])

    def is_over(self) -> None:
        """Tells the check that the student's function has ended."""
        self.left = 0
        self._over.subscribe(f"over:{self.token}")


turns: list[Turn] = []


def work_once(url: str, token: str, place: int) -> object:
    """Works once, and stops before the command number `place`; 0 for none."""
    turn = begin(url, token, place)
    try:
        return function("work_once")(turn.rd)
    finally:
        turn.is_over()


def work_until_false(url: str, token: str, place: int) -> int:
    """Works until there is nothing to do; gives how many jobs were done."""
    turn, number = begin(url, token, place), 0
    try:
        while number < MANY_JOBS and function("work_once")(turn.rd):
            number += 1
        return number
    finally:
        turn.is_over()


def work_forever(url: str, token: str, place: int) -> None:
    """Works until it is killed."""
    turn = begin(url, token, place)
    try:
        function("work_forever")(turn.rd)
    finally:
        turn.is_over()


def begin(url: str, token: str, place: int) -> Turn:
    """Makes the one turn of this process, or gives it another token and place."""
    if not turns:
        turns.append(Turn(url))
    turns[0].begin(token, place)
    return turns[0]


def function(name: str) -> Any:  # noqa: ANN401 - the student's
    """A function of the student's worker."""
    return getattr(importlib.import_module("worker"), name)

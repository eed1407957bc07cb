"""Kills student processes that together take more than they may of something."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from grader.errors import CallError


class Gauge(Protocol):
    """Measures one thing that student processes take."""

    def fault(self, pids: Sequence[int]) -> CallError | None:
        """What these processes take too much of; None if it is not too much.

        Of no processes it tells only what it has noticed already.
        """

    def forget(self) -> None:
        """The processes that took something are dead, and what they took is given back."""


class Watcher:
    """A thread that looks at a gauge as long as there are student processes."""

    def __init__(self, first: Callable[[], list[int]], gauge: Gauge, interval_s: float) -> None:
        """Starts the thread, which waits for `begin`.

        Args:
            first: The processes that are watched with all below them.
            interval_s: Between two looks.
        """
        self._first = first
        self._gauge = gauge
        self._interval_s = interval_s
        self._is_needed = threading.Event()
        self._is_stopped = threading.Event()
        self._lock = threading.Lock()
        self._round = 0
        self._struck: CallError | None = None
        self._thread = threading.Thread(target=self._run, name="student-watcher", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """Watches from now on."""
        self._is_needed.set()

    def pause(self) -> None:
        """Needs not watch until `begin`: there is nobody to be watched; forgets that it struck."""
        with self._lock:
            self._is_needed.clear()
            self._round += 1
            self._struck = None
            self._gauge.forget()

    @property
    def fault(self) -> CallError | None:
        """Why processes were killed since the last pause; None if they were not."""
        return self._struck or self._gauge.fault(())

    def stop(self) -> None:
        """Ends the thread; harmless the second time."""
        self._is_stopped.set()
        self._is_needed.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._is_needed.wait()
            if self._is_stopped.wait(self._interval_s):
                return
            if self._is_needed.is_set():
                self._look()

    def _look(self) -> None:
        current = self._round
        pids = list(_with_descendants(self._first()))
        fault = self._struck or self._gauge.fault(pids)
        with self._lock:
            # While it was measured, these processes may have come to their end, and others after them.
            if fault is None or current != self._round:
                return
            self._struck = fault
            for pid in pids:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The direct children of a process, as far as it lives."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _with_descendants(pids: list[int]) -> Iterator[int]:
    for pid in pids:
        yield pid
        yield from _with_descendants(children_of(pid))

"""Rings when the student's code has used up nearly all of its time."""

import contextlib
import signal
from collections.abc import Callable
from types import FrameType, TracebackType

NEARLY = 0.9
"""The part of the time after which it rings: a busy machine needs the rest to be heard."""


class Alarm:
    """Rings once if its block takes that long; student code that uses SIGALRM itself is left alone."""

    def __init__(self, limit_s: float, ring: Callable[[FrameType], None]) -> None:
        """Sets nothing yet.

        Args:
            limit_s: It rings when most of this is over.
            ring: Gets the frame that is running.
        """
        self._limit_s = limit_s
        self._ring = ring
        self._is_set = False

    def __enter__(self) -> None:
        """Sets the alarm."""
        if signal.getsignal(signal.SIGALRM) is signal.SIG_DFL:
            self._is_set = True
            signal.signal(signal.SIGALRM, self._rung)
            signal.setitimer(signal.ITIMER_REAL, self._limit_s * NEARLY)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Turns it off, unless it is the student's by now."""
        self._is_set = False
        if signal.getsignal(signal.SIGALRM) == self._rung:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _rung(self, _number: int, frame: FrameType | None) -> None:
        if self._is_set and frame is not None:
            self._is_set = False
            with contextlib.suppress(Exception):  # it must not become an exception of the student's code
                self._ring(frame)

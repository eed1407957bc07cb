"""The processes below this one: adopting orphans, reaping, killing."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

import psutil

# From Linux' prctl.h.
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

KILL_PATIENCE_S = 5.0
_PAUSE_S = 0.0005


def adopt_orphans() -> bool:
    """Makes orphaned descendants children of this process; says whether the system can do that."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Has this process killed when its parent ends, where the system can do that."""
    if _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)  # the parent ended before the wish was heard


def _prctl(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


class Family:
    """The children of this process: those that it started, and those that it adopted.

    Only direct children are killed. They are not reaped yet, so that their numbers are still theirs; their
    own children become this process's, and are killed in the next round.
    """

    def __init__(self, on_end: Callable[[int, int], None], *, is_alone: bool = False) -> None:
        """Starts with no children.

        Args:
            on_end: Called with a process id and an exit code (negative: a signal) when a child has ended.
            is_alone: Whether this is the first process of a pid namespace, where whoever it can signal is
                below it.
        """
        self._on_end = on_end
        self._is_alone = is_alone
        self._adopts = adopt_orphans()

    def reap(self) -> None:
        """Takes notice of every child that has ended."""
        with contextlib.suppress(ChildProcessError):  # there is no child at all
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._on_end(pid, os.waitstatus_to_exitcode(status))

    def kill_all(self, spared: Collection[int] = ()) -> bool:
        """Kills every child but those that are spared, and their descendants with them.

        Returns:
            Whether all of them are dead.
        """
        give_up = time.monotonic() + KILL_PATIENCE_S
        while True:
            self.reap()
            doomed = [pid for pid in self._children() if pid not in spared]
            if not doomed:
                return True
            if time.monotonic() > give_up:
                return False
            if self._is_alone and not spared:
                os.kill(-1, signal.SIGKILL)  # all at once, so that a fork bomb cannot outrun it
            for pid in doomed:
                self._kill(pid)
            time.sleep(_PAUSE_S)

    def _kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if not self._adopts:
                _kill_descendants(pid)
            # A student process leads its own group; an adopted one belongs to some other.
            if os.getpgid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)

    @staticmethod
    def _children() -> list[int]:
        try:
            text = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="utf-8")
        except OSError:  # no Linux, or one that was built without this file
            return [child.pid for child in psutil.Process().children()]
        return [int(pid) for pid in text.split()]


def _kill_descendants(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        for descendant in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                descendant.kill()

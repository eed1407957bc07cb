"""Watches the memory of all processes below one, together."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.sandbox.outside.cgroup import MemoryGroup

_INTERVAL_S = 0.05


class MemoryWatcher:
    """A thread that kills processes which together take more than they may, where Linux tells it."""

    def __init__(
        self, first: Callable[[], list[int]], limit_bytes: int, group: MemoryGroup | None = None
    ) -> None:
        """Starts to watch.

        Args:
            first: The processes whose memory counts with that of all below them.
            limit_bytes: What they may take together, not counting what is shared.
            group: In which the kernel counts it, too, and is quicker to see that it is too much.
        """
        self._first = first
        self._limit_bytes = limit_bytes
        self._group = group
        self._killed_before = 0
        self._is_needed = threading.Event()
        self._is_stopped = threading.Event()
        self._has_struck = False
        self._thread = threading.Thread(target=self._run, name="student-memory", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """Watches from now on."""
        self._is_needed.set()

    def pause(self) -> None:
        """Needs not watch until `begin`: there is nobody to be watched; forgets that it struck."""
        self._is_needed.clear()
        self._has_struck = False
        self._killed_before = self._killed()

    @property
    def has_struck(self) -> bool:
        """Whether processes were killed because they took too much together."""
        return self._has_struck or self._killed() > self._killed_before

    def stop(self) -> None:
        """Ends the thread, and the group of what is dead by now; harmless the second time."""
        self._is_stopped.set()
        self._is_needed.set()
        self._thread.join()
        if self._group is not None:
            self._group.remove()

    def _killed(self) -> int:
        return 0 if self._group is None else self._group.killed()

    def _run(self) -> None:
        while True:
            self._is_needed.wait()
            if self._is_stopped.is_set():
                return
            pids = list(_with_descendants(self._first()))
            if self.has_struck or self._is_too_much(pids):
                self._has_struck = True
                for pid in pids:
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
            self._is_stopped.wait(_INTERVAL_S)

    def _is_too_much(self, pids: list[int]) -> bool:
        # What a fork shares with its parent counts twice here, and is looked at closely only if it matters.
        return sum(map(_private_bytes, pids)) > self._limit_bytes and (
            sum(map(_proportional_bytes, pids)) > self._limit_bytes
        )


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


def _private_bytes(pid: int) -> int:
    return _sum_of(Path(f"/proc/{pid}/status"), ("RssAnon:", "RssShmem:")) or 0


def _proportional_bytes(pid: int) -> int:
    """Shared pages divided among those who share them; all of them, if the process hides them."""
    found = _sum_of(Path(f"/proc/{pid}/smaps_rollup"), ("Pss_Anon:", "Pss_Shmem:"))
    return _private_bytes(pid) if found is None else found


def _sum_of(file: Path, names: tuple[str, ...]) -> int | None:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # it is gone, or cannot be looked into
        return None
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(names))

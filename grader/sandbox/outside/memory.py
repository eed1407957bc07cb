"""What student processes take of the machine's memory together."""

from collections.abc import Sequence
from pathlib import Path

from grader.errors import CallError, OutOfMemoryError
from grader.sandbox.base import MIB
from grader.sandbox.outside.cgroup import MemoryGroup


class MemoryGauge:
    """Measures the memory of processes together, where Linux tells it."""

    def __init__(self, limit_bytes: int, group: MemoryGroup | None = None) -> None:
        """Has measured nothing yet.

        Args:
            limit_bytes: What they may take together, not counting what is shared.
            group: In which the kernel counts it, too, and is quicker to see that it is too much.
        """
        self._limit_bytes = limit_bytes
        self._group = group
        self._killed_before = 0

    def fault(self, pids: Sequence[int]) -> CallError | None:
        """What is too much; None if nothing is."""
        if not self._has_kernel_struck() and not self._is_too_much(pids):
            return None
        limit = self._limit_bytes // MIB
        return OutOfMemoryError(f"The code's processes together used more than {limit:,} MiB of memory.")

    def forget(self) -> None:
        """What was too much is over."""
        if self._group is not None:
            self._killed_before = self._group.killed()

    def _has_kernel_struck(self) -> bool:
        return self._group is not None and self._group.killed() > self._killed_before

    def _is_too_much(self, pids: Sequence[int]) -> bool:
        # What a fork shares with its parent counts twice here, and is looked at closely only if it matters.
        return sum(map(_private_bytes, pids)) > self._limit_bytes and (
            sum(map(_proportional_bytes, pids)) > self._limit_bytes
        )


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

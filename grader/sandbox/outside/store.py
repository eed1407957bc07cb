"""What student processes have written: files on the machine's own disk, and what servers keep for them."""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CallError, ProcessCrashedError
from grader.sandbox.base import MIB, Limits

_BLOCK_BYTES = 512  # of `st_blocks`, whatever the file system's own are
# To look deeper costs more than to dig; what cannot be measured would be a place for whatever is too much.
_DEPTH = 32
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class StoreGauge:
    """Measures what is written to some folders, and to the lab's servers."""

    def __init__(self, limits: Limits, folders: Callable[[], Sequence[Path]]) -> None:
        """Measures no servers until `servers` is set.

        Args:
            folders: Those that student code writes to on the machine's own disk.
        """
        self._limits = limits
        self._folders = folders
        self.servers: Callable[[], int] = int
        """What the lab's servers keep, in bytes."""

    def fault(self, pids: Sequence[int]) -> CallError | None:
        """What is too much; None if nothing is."""
        if not pids:
            return None
        taken = measure(self._folders(), self._limits.disk_inodes)
        if taken.is_hidden:
            return ProcessCrashedError(
                "The code was stopped, since it made folders that nobody can look into, "
                f"or more than {_DEPTH} inside each other."
            )
        if taken.files > self._limits.disk_inodes:
            return ProcessCrashedError(
                f"The code was stopped, since it made more than {self._limits.disk_inodes:,} files."
            )
        if taken.size_bytes > self._limits.disk_bytes:
            limit = self._limits.disk_bytes // MIB
            return ProcessCrashedError(f"The code was stopped, since its files took more than {limit:,} MiB.")
        if self.servers() > self._limits.stored_bytes:
            limit = self._limits.stored_bytes // MIB
            return ProcessCrashedError(
                f"The code was stopped, since it stored more than {limit:,} MiB in the database."
            )
        return None

    def forget(self) -> None:
        """There is nothing to forget: it measures anew each time."""


@dataclass
class Taken:
    """What files take.

    Attributes:
        size_bytes: On the disk; holes in a file take nothing.
        files: How many there are, folders too.
        is_hidden: Whether some could not be measured.
    """

    size_bytes: int = 0
    files: int = 0
    is_hidden: bool = False


def measure(folders: Sequence[Path], most_files: int) -> Taken:
    """Measures files as they are now, while others may write them; never follows a link.

    Args:
        most_files: With more than these it stops counting.
    """
    taken = Taken()
    for folder in folders:
        with _noticing(taken):
            _measure(os.open(folder, _OPEN_FOLDER), taken, most_files, _DEPTH)
    return taken


def _measure(folder: int, taken: Taken, most_files: int, depth: int) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                taken.files += 1
                if taken.files > most_files:
                    return
                with _noticing(taken):
                    found = entry.stat(follow_symlinks=False)
                    taken.size_bytes += found.st_blocks * _BLOCK_BYTES
                    if stat.S_ISDIR(found.st_mode) and depth == 0:
                        taken.is_hidden = True
                    elif stat.S_ISDIR(found.st_mode):
                        inner = os.open(entry.name, _OPEN_FOLDER, dir_fd=folder)
                        _measure(inner, taken, most_files, depth - 1)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _noticing(taken: Taken) -> Iterator[None]:
    """Passes over what is not there, or is gone by now, and takes notice of what may not be looked into."""
    with contextlib.suppress(OSError):
        try:
            yield
        except PermissionError:
            taken.is_hidden = True


__all__ = ["StoreGauge", "Taken", "measure"]

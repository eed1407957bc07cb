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

    def __init__(self, limits: Limits, places: Callable[[], "Places"]) -> None:
        """Measures no servers until `servers` is set."""
        self._limits = limits
        self._places = places
        self.servers: Callable[[], int] = int
        """What the lab's servers keep, in bytes."""

    def fault(self, pids: Sequence[int]) -> CallError | None:
        """What is too much; None if nothing is."""
        if not pids:
            return None
        taken = measure(self._places(), self._limits.disk_inodes)
        add_deleted(pids, taken)
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


@dataclass(frozen=True)
class Places:
    """Where student code writes on the machine's own disk.

    Attributes:
        owner: Whose files are counted, where student code is a user of its own; None for everybody's.
    """

    folders: Sequence[Path]
    owner: int | None = None


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


def measure(places: Places, most_files: int) -> Taken:
    """Measures files as they are now, while others may write them; never follows a link.

    Args:
        most_files: With more than these it stops counting.
    """
    taken = Taken()
    for folder in places.folders:
        with _noticing(taken):
            _Measuring(taken, most_files, places.owner).look(os.open(folder, _OPEN_FOLDER), _DEPTH)
    return taken


def add_deleted(pids: Sequence[int], taken: Taken) -> None:
    """Adds files without a name that processes have open, as far as these let themselves be looked into."""
    seen: set[tuple[int, int]] = set()
    for pid in pids:
        with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # closed by now
                    found = entry.stat()
                    file = (found.st_dev, found.st_ino)
                    if stat.S_ISREG(found.st_mode) and not found.st_nlink and file not in seen:
                        seen.add(file)
                        taken.size_bytes += found.st_blocks * _BLOCK_BYTES


@dataclass(frozen=True)
class _Measuring:
    taken: Taken
    most_files: int
    owner: int | None

    def look(self, folder: int, depth: int) -> None:
        """Adds what a folder has, and closes it."""
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    with _noticing(self.taken):
                        self._add(entry, folder, depth)
                    if self.taken.files > self.most_files:
                        return
        finally:
            os.close(folder)

    def _add(self, entry: "os.DirEntry[str]", folder: int, depth: int) -> None:
        found = entry.stat(follow_symlinks=False)
        if self.owner not in (None, found.st_uid):
            return
        self.taken.files += 1
        self.taken.size_bytes += found.st_blocks * _BLOCK_BYTES
        if stat.S_ISDIR(found.st_mode) and depth == 0:
            self.taken.is_hidden = True
        elif stat.S_ISDIR(found.st_mode):
            self.look(os.open(entry.name, _OPEN_FOLDER, dir_fd=folder), depth - 1)


@contextlib.contextmanager
def _noticing(taken: Taken) -> Iterator[None]:
    """Passes over what is not there, or is gone by now, and takes notice of what may not be looked into."""
    with contextlib.suppress(OSError):
        try:
            yield
        except PermissionError:
            taken.is_hidden = True


__all__ = ["Places", "StoreGauge", "Taken", "add_deleted", "measure"]

"""The folder of one warm process, what student code may write in it, and the environment that names it."""

import contextlib
import os
import tempfile
from pathlib import Path

from grader.sandbox.outside.remains import MARKER
from grader.submission.workspace import make_empty, remove_tree

WRITABLE = ("home", "tmp")
"""The folders that student code writes to."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the machine's
"""Where a user of its own may write, too, unless it has a root of its own."""


class Scratch:
    """A folder that is made for one warm process.

    Attributes:
        log: What the warm process writes.
    """

    def __init__(self, parent: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sandbox-", dir=parent))
        self.log = self.folder / "warm.log"
        self._owner: int | None = None

    @property
    def writable(self) -> tuple[Path, ...]:
        """The folders to write in."""
        return self._own if self._owner is None else (*self._own, SHARED_MEMORY)

    @property
    def _own(self) -> tuple[Path, ...]:
        return tuple(self.folder / name for name in WRITABLE)

    def empty(self) -> None:
        """Makes the folders to write in empty ones, of the user that student code is."""
        for folder in self._own:
            make_empty(folder)
            if self._owner is not None:
                os.chown(folder, self._owner, self._owner)
                folder.chmod(0o700)
        self._empty_shared_memory()

    def give_away(self, uid: int) -> None:
        """Gives the folders to write in to the user that student code will be."""
        self._owner = uid
        self.folder.chmod(0o711)
        self.empty()

    def environment(self, marker: str) -> dict[str, str]:
        """A clean environment: nothing of the grader's own goes in but the way to programs."""
        return {
            "PATH": os.pathsep.join(os.get_exec_path()),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": "0",  # sets come in the same order in every run, or a grade could be luck
            "PYTHONDONTWRITEBYTECODE": "1",
            MARKER: marker,
        }

    def remove(self) -> None:
        """Deletes the folder; harmless the second time."""
        remove_tree(self.folder)
        self._empty_shared_memory()

    def _empty_shared_memory(self) -> None:
        """Deletes what the user has there, who is nobody else's."""
        if self._owner is None:
            return
        for path in SHARED_MEMORY.iterdir():
            with contextlib.suppress(FileNotFoundError):  # somebody else's, and gone by now
                if path.lstat().st_uid != self._owner:
                    continue
                if path.is_dir() and not path.is_symlink():
                    remove_tree(path)
                else:
                    path.unlink()

"""The folder of one warm process, what student code may write in it, and the environment that names it."""

import os
import tempfile
from pathlib import Path

from grader.sandbox.outside.remains import MARKER
from grader.submission.workspace import make_empty, remove_tree

WRITABLE = ("home", "tmp")
"""The folders that student code writes to."""


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
        return tuple(self.folder / name for name in WRITABLE)

    def empty(self) -> None:
        """Makes the folders to write in empty ones, of the user that student code is."""
        for folder in self.writable:
            make_empty(folder)
            if self._owner is not None:
                os.chown(folder, self._owner, self._owner)
                folder.chmod(0o700)

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

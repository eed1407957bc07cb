"""Copies a database that a student's code has made, and may be writing to, as it stands at one moment.

SQLite recovers from a copy of one moment as from a power cut: what was committed by then is there, and
nothing else. No name is trusted for longer than it takes to open it.
"""

import os
import sqlite3
import stat
import time
from pathlib import Path

PATIENCE_S = 1.0

_MIB = 1024**2
_MOST_BYTES = 128 * _MIB
_PARTS = ("", "-journal", "-wal")
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Neither a pipe nor a lease on the file can make the grader wait.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class UnusableFileError(sqlite3.OperationalError):
    """What stands in the database's place is no file that could be opened safely."""


def copy_database(path: Path, folder: Path) -> Path | None:
    """Copies a database, with what SQLite keeps beside it to recover; None if there is no database.

    Args:
        folder: Empty, and out of the student's reach.

    Raises:
        UnusableFileError: It is no ordinary file, too large, or written to all the time.
    """
    deadline = time.monotonic() + PATIENCE_S
    parts, before = _read_parts(path), None
    # The same twice running, so that no writer came between the first byte and the last.
    while parts != before:
        if time.monotonic() > deadline:
            raise UnusableFileError(f"{path.name} is written to all the time.")
        parts, before = _read_parts(path), parts
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    return folder / path.name if path.name in parts else None


def _read_parts(path: Path) -> dict[str, bytes]:
    """What the database's files hold, by their names."""
    try:
        folder = os.open(path.parent, _OPEN_FOLDER)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UnusableFileError(f"The folder of {path.name} is no ordinary one.") from error
    try:
        names = [path.name + suffix for suffix in _PARTS]
        return {name: content for name in names if (content := _read(name, folder)) is not None}
    finally:
        os.close(folder)


def _read(name: str, folder: int) -> bytes | None:
    try:
        descriptor = os.open(name, _OPEN_FILE, dir_fd=folder)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise UnusableFileError(f"{name} may not be read.") from error
    except OSError as error:
        raise UnusableFileError(f"{name} is no ordinary file.") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise UnusableFileError(f"{name} is no ordinary file.")
        content = b"" if found.st_size > _MOST_BYTES else file.read(_MOST_BYTES + 1)
        if max(found.st_size, len(content)) > _MOST_BYTES:
            raise UnusableFileError(f"{name} has more than {_MOST_BYTES // _MIB} MiB.")
    return content


__all__ = ["UnusableFileError", "copy_database"]

"""Gives back the shared memory that a killed PostgreSQL server leaves: the kernel keeps it for ever."""

import ctypes
from contextlib import suppress
from pathlib import Path

_REMOVE = 0  # IPC_RMID
_LINE = 7  # of postmaster.pid: the segment's key and its number


def release_memory(server: Path) -> None:
    """Removes the segment of a server that is dead; harmless if there is none.

    Args:
        server: The server's folder.
    """
    with suppress(OSError, ValueError, IndexError):
        lines = (server / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
        _, number = map(int, lines[_LINE - 1].split())
        ctypes.CDLL(None).shmctl(number, _REMOVE, None)

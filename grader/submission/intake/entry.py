"""One thing in a submission, as a folder or an archive gives it, and how much of it is taken."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

from grader.sandbox.base import KIB, MIB

CHUNK_BYTES = 64 * KIB
"""How much is read at once."""

Parts = tuple[str, ...]
"""A path in a submission, from its root; the root itself is empty."""


@dataclass(frozen=True)
class IntakeLimits:
    """What is taken in at most.

    Attributes:
        total_bytes: All files that are kept, together.
        entries: Files and folders that are kept.
        depth: Folders within folders.
        name_bytes: One name, in UTF-8.
        path_bytes: One path, in UTF-8; leaves room for the place that it is copied to.
        seen_entries: Files and folders with those that are left out, which cost time to read past.
        unpacked_bytes: An archive, and what a compressed tar comes to, with all that is left out.
    """

    total_bytes: int = 50 * MIB
    entries: int = 2_000
    depth: int = 20
    name_bytes: int = 255
    path_bytes: int = 1_024
    seen_entries: int = 20_000
    unpacked_bytes: int = 128 * MIB


class Kind(Enum):
    """What an entry is; the value says it to the student."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "symbolic link"
    HARD_LINK = "hard link"
    DEVICE = "device file"
    PIPE = "named pipe"
    SOCKET = "socket"
    UNKNOWN = "thing that is neither a file nor a folder"


@dataclass(frozen=True)
class Entry:
    """One entry of a folder or an archive, not yet looked at.

    Attributes:
        name: As it stands there; may hold anything.
        size_bytes: As it is declared, which may be a lie.
        open: Gives the bytes of a file.
    """

    name: str
    kind: Kind
    size_bytes: int
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True)
class Source:
    """What is handed in, opened.

    Attributes:
        entries: To be gone through once, before any of them is opened.
        is_archive: Whether links were put in by hand; in a folder they may have come about by themselves.
    """

    entries: Iterator[Entry]
    is_archive: bool

"""Writes what is copied out of a download, and counts it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.errors import GraderError, UsageError
from grader.sandbox.base import MIB
from grader.submission.intake.entry import CHUNK_BYTES


class Copies:
    """Everything that one collection writes.

    Args:
        limit_bytes: All of it together, before it is packed.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._left_bytes = limit_bytes

    def copy(self, source: BinaryIO, target: BinaryIO, most_bytes: int) -> int:
        """Copies up to a number of bytes, and says how many.

        Raises:
            UsageError: The whole collection is too large.
        """
        copied = 0
        while chunk := source.read(min(CHUNK_BYTES, most_bytes - copied)):
            copied += len(chunk)
            self._left_bytes -= len(chunk)
            if self._left_bytes < 0:
                raise UsageError(
                    f"The hand-ins come to more than {self._limit_bytes / MIB:,g} MiB. "
                    "Is it the right folder or zip? Then grade it in parts."
                )
            target.write(chunk)
        return copied

    @contextmanager
    def new_file(self, path: Path) -> Iterator[BinaryIO]:
        """A new file to write to.

        Raises:
            GraderError: It cannot be written, as on a full disk.
        """
        try:
            with path.open("x+b") as file:
                yield file
        except OSError as error:
            raise GraderError(
                f"{path} could not be written: {error.strerror or error}. Make room there and start again."
            ) from error

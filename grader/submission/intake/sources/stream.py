"""A stream out of a decompressor, kept from growing without bound."""

import io
import sys
from typing import BinaryIO

from grader.errors import SubmissionRejectedError
from grader.sandbox.base import MIB
from grader.submission.intake.entry import IntakeLimits

_HEADER_BYTES = 4 * MIB


class BoundedStream(io.IOBase):
    """What `tarfile` reads from: refuses to go too far, or to read too much for one header.

    A header can ask for any number of bytes at once, and a few bytes can unpack to gigabytes.

    Args:
        name: The archive's name as it may stand in a message.
    """

    def __init__(self, inner: BinaryIO, name: str, limits: IntakeLimits) -> None:
        self._inner = inner
        self._name = name
        self._limit_bytes = limits.unpacked_bytes
        self._header_bytes_left = _HEADER_BYTES

    def next_header(self) -> None:
        """Says that the bytes of another header are read now."""
        self._header_bytes_left = _HEADER_BYTES

    def next_content(self) -> None:
        """Says that the bytes of a file are read now, or what stands behind all files."""
        self._header_bytes_left = sys.maxsize

    def read(self, size: int = -1, /) -> bytes:
        """Reads at most `size` bytes, which has to be said.

        Raises:
            ValueError: No header is as long as that.
        """
        if not 0 <= size <= self._header_bytes_left:
            raise ValueError(f"a header asks for {size} bytes")
        content = self._inner.read(size)
        self._header_bytes_left -= len(content)
        self._require_near(self._inner.tell())
        return content

    def write(self, _content: bytes, /) -> int:
        """Never writes; `tarfile` asks for streams that could."""
        raise io.UnsupportedOperation("write")

    def tell(self) -> int:
        """The position in what is unpacked."""
        return self._inner.tell()

    def seek(self, position: int, whence: int = 0, /) -> int:
        """Goes to a position from the start.

        Raises:
            ValueError: There is no such position.
        """
        if whence != 0 or position < 0:
            raise ValueError(f"a header leads to position {position}")
        self._require_near(position)
        return self._inner.seek(position)

    def _require_near(self, position: int) -> None:
        if position > self._limit_bytes:
            raise SubmissionRejectedError(
                f"{self._name} unpacks to more than {self._limit_bytes / MIB:g} MiB. "
                "Hand in only what you wrote yourself, without installed packages and large data."
            )

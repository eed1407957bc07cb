"""What the standard library raises on a damaged archive, and what it means."""

import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EINVAL

from grader.errors import GraderError, SubmissionRejectedError

_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ArithmeticError,  # a header that makes a number too large
    LookupError,
    MemoryError,  # a header that asks for more than there is
    NotImplementedError,
    RuntimeError,  # headers upon headers end as a RecursionError
    ValueError,
)


@contextmanager
def refusing_damage(name: str) -> Iterator[None]:
    """Turns whatever reading an archive raises into a refusal.

    Args:
        name: The archive or the entry in it, as it may stand in a message.

    Raises:
        SubmissionRejectedError: The archive is damaged.
        GraderError: The disk cannot be read.
    """
    try:
        yield
    except _DAMAGE as error:
        raise _damaged(name) from error
    except OSError as error:
        if error.errno not in {None, EINVAL}:  # the decompressors raise it without a number
            raise GraderError(
                f"{name} cannot be read: {error}. Copy it to another disk and try again."
            ) from error
        raise _damaged(name) from error


def _damaged(name: str) -> SubmissionRejectedError:
    return SubmissionRejectedError(
        f"{name} is damaged: its content does not match what it says of itself. "
        "Open it on your own computer; pack and upload it again."
    )

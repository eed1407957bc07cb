"""Who is to blame for an archive that cannot be read."""

import errno
import gzip
import struct
import zipfile
import zlib

import pytest

from grader.errors import GraderError, SubmissionRejectedError
from grader.submission.intake.sources.damage import refusing_damage


@pytest.mark.parametrize(
    "error",
    [
        zipfile.BadZipFile("x"),
        zlib.error("x"),
        struct.error("x"),
        EOFError(),
        RecursionError(),
        OverflowError(),
        MemoryError(),
        gzip.BadGzipFile("x"),
        OSError("Invalid data stream"),
        OSError(errno.EINVAL, "seek"),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "x"),
    ],
)
def test_damage_is_the_students(error: Exception) -> None:
    with pytest.raises(SubmissionRejectedError, match=r'"a\.zip" is damaged'), refusing_damage('"a.zip"'):
        raise error


def test_failing_disk_is_the_graders() -> None:
    with pytest.raises(GraderError, match="cannot be read"), refusing_damage("a"):
        raise OSError(errno.EIO, "Input/output error")


def test_refusals_pass_as_they_are() -> None:
    with pytest.raises(SubmissionRejectedError, match=r"^mine$"), refusing_damage("a"):
        raise SubmissionRejectedError("mine")

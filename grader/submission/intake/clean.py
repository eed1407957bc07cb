"""Writes the clean copy: plain files and folders, the same whatever they came from."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.errors import GraderError, SubmissionRejectedError
from grader.submission.intake.entry import CHUNK_BYTES, Entry, IntakeLimits, Parts
from grader.submission.intake.names import shown

_FILE_MODE = 0o644
_FOLDER_MODE = 0o755
_TIME_S = 946_684_800  # 2000-01-01, so that nothing depends on when a student worked
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_clean(
    files: Mapping[Parts, Entry], folders: Iterable[Parts], destination: Path, limits: IntakeLimits
) -> None:
    """Copies files, in their order, into an empty folder.

    Args:
        files: By the path that they get.
        folders: Those that are to be there even if they are empty.

    Raises:
        SubmissionRejectedError: A file is not what it was when it was looked at.
        GraderError: The copy cannot be written, as on a full disk.
    """
    wanted = {*folders, *(parts[:depth] for parts in files for depth in range(1, len(parts)))}
    ordered = sorted(wanted)
    for parts in ordered:
        with _writing(destination):
            destination.joinpath(*parts).mkdir()
    left_bytes = limits.total_bytes
    for parts, entry in files.items():
        left_bytes -= _copy(parts, entry, destination, left_bytes)
    for parts in reversed(ordered):
        with _writing(destination):
            folder = destination.joinpath(*parts)
            folder.chmod(_FOLDER_MODE)
            os.utime(folder, (_TIME_S, _TIME_S))


def _copy(parts: Parts, entry: Entry, destination: Path, left_bytes: int) -> int:
    with entry.open() as source:
        with _writing(destination):
            descriptor = os.open(destination.joinpath(*parts), _NEW_FILE, _FILE_MODE)
        try:
            copied = 0
            for chunk in _chunks(source):
                copied += len(chunk)
                _require_left(parts, left_bytes - copied)
                with _writing(destination):
                    _write(descriptor, chunk)
            with _writing(destination):
                os.fchmod(descriptor, _FILE_MODE)
                os.utime(descriptor, (_TIME_S, _TIME_S))
        finally:
            os.close(descriptor)
    return copied


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


def _write(descriptor: int, content: bytes) -> None:
    """Writes all of it: a system call may write a part."""
    while content:
        content = content[os.write(descriptor, content) :]


def _require_left(parts: Parts, left_bytes: int) -> None:
    """Counts real bytes, since an archive or a growing file may have said fewer."""
    if left_bytes < 0:
        raise SubmissionRejectedError(
            f"{shown(parts)} holds more than it says, or grew while it was read: with it the submission is "
            "larger than what is taken. Let no program write into the folder, pack again and try again."
        )


@contextmanager
def _writing(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GraderError(
            f"The clean copy of the submission could not be written: {error.strerror or error}. "
            f"It was to be written to {destination}; make room there and start again."
        ) from error

"""A zip as a submission."""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from grader.errors import SubmissionRejectedError
from grader.submission.intake.entry import CHUNK_BYTES, Entry, IntakeLimits, Kind
from grader.submission.intake.names import visible
from grader.submission.intake.sources.damage import refusing_damage

_HEADER = b"PK\x01\x02"
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
_READ = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others unpack without bound before anything is seen
_UNIX_KINDS = {0: Kind.FILE, stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER, stat.S_IFLNK: Kind.LINK}


@contextmanager
def opened_zip(file: BinaryIO, name: str, limits: IntakeLimits) -> Iterator[Iterator[Entry]]:
    """Opens a zip.

    Args:
        name: The archive's name as it may stand in a message.

    Raises:
        SubmissionRejectedError: It is damaged, encrypted, or has too many entries to look at.
    """
    _require_few_headers(file, name, limits)
    with refusing_damage(name):
        archive = zipfile.ZipFile(file)
    with archive:
        yield (_entry(archive, info) for info in archive.infolist())


def _require_few_headers(file: BinaryIO, name: str, limits: IntakeLimits) -> None:
    """Counts the entries before `zipfile` makes an object of each: a small file can name millions."""
    headers, tail = 0, b""
    while chunk := file.read(CHUNK_BYTES):
        headers += (tail + chunk).count(_HEADER)
        tail = chunk[-(len(_HEADER) - 1) :]
    file.seek(0)
    if headers > limits.seen_entries:
        raise SubmissionRejectedError(
            f"{name} has more than {limits.seen_entries:,} files and folders. "
            "Hand in only what you wrote yourself, without installed packages."
        )


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    name = _name(info)
    mode = stat.S_IFMT(info.external_attr >> 16)
    kind = _UNIX_KINDS.get(mode, Kind.DEVICE)
    if name.endswith("/") and kind is Kind.FILE:
        kind = Kind.FOLDER
    if info.flag_bits & _ENCRYPTED:
        raise SubmissionRejectedError(
            f"{visible(name)} is encrypted. The grader knows no password: pack without one."
        )
    if info.compress_type not in _READ:
        raise SubmissionRejectedError(
            f"{visible(name)} is compressed in an unusual way. Pack again, as an ordinary zip."
        )
    return Entry(name, kind, info.file_size, lambda: _opened(archive, info))


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was packed; a Mac writes UTF-8 without saying so."""
    if info.flag_bits & _NAME_IS_UTF8:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return info.orig_filename


@contextmanager
def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    with refusing_damage(visible(_name(info))), archive.open(info) as stream:
        yield stream  # type: ignore[misc] # zipfile's own stream is typed apart from BinaryIO

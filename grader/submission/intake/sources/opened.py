"""Opens what is handed in, whatever it is; its content decides, not the ending of its name."""

import bz2
import gzip
import lzma
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, cast

from grader.errors import SubmissionRejectedError
from grader.sandbox.base import MIB
from grader.submission.intake.entry import Entry, IntakeLimits, Kind, Source
from grader.submission.intake.names import visible
from grader.submission.intake.sources.damage import refusing_damage
from grader.submission.intake.sources.folder import entries_of_folder
from grader.submission.intake.sources.tar import opened_tar
from grader.submission.intake.sources.zip import opened_zip

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DECOMPRESSORS: tuple[tuple[bytes, Callable[[BinaryIO], object]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_UNREAD = ((b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!\x1a\x07", "a RAR archive"))
_ENDINGS = (".zip", ".tar", ".tgz", ".gz", ".txz", ".xz", ".tbz", ".tbz2", ".bz2", ".7z", ".rar", ".zst")


@contextmanager
def opened(path: Path, limits: IntakeLimits) -> Iterator[Source]:
    """Opens a folder, a zip, a tar, or one single file.

    Raises:
        SubmissionRejectedError: It is none of these, or cannot be read.
    """
    descriptor = _descriptor(path)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            yield Source(entries_of_folder(descriptor, limits), is_archive=False)
        elif stat.S_ISREG(mode):
            with (
                open(descriptor, "rb", closefd=False) as file,
                _opened_file(file, path, limits) as source,
            ):
                yield source
        else:
            raise SubmissionRejectedError(
                f"{visible(str(path))} is neither a folder nor a file. Give a folder, a zip or a tar."
            )
    finally:
        os.close(descriptor)


def _descriptor(path: Path) -> int:
    """Opens without waiting, since a named pipe would make it wait for ever."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise SubmissionRejectedError(
            f"There is no file or folder {visible(str(path))}. "
            f"It was looked for from {visible(str(Path.cwd()))}; check the name."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SubmissionRejectedError(
            f"{visible(str(path))} cannot be read: {reason}. Give a folder, a zip or a tar that you may read."
        ) from error


@contextmanager
def _opened_file(file: BinaryIO, path: Path, limits: IntakeLimits) -> Iterator[Source]:
    name = visible(path.name)
    start = file.read(tarfile.BLOCKSIZE)
    file.seek(0)
    decompress = next((make for mark, make in _DECOMPRESSORS if start.startswith(mark)), None)
    size_bytes = os.fstat(file.fileno()).st_size
    if start.startswith(_ZIP_STARTS):
        _require_small(size_bytes, name, limits)
        with opened_zip(file, name, limits) as entries:
            yield Source(entries, is_archive=True)
    elif decompress or _is_tar(start):
        _require_small(size_bytes, name, limits)
        stream = cast("BinaryIO", decompress(file)) if decompress else file
        _require_tar(stream, name)
        with opened_tar(stream, name, limits) as entries:
            yield Source(entries, is_archive=True)
    else:
        _require_plain(start, path)
        single = Entry(path.name, Kind.FILE, size_bytes, lambda: nullcontext(file))
        yield Source(iter((single,)), is_archive=False)


def _require_tar(stream: BinaryIO, name: str) -> None:
    """Says so if a compressed file holds something else than a tar, as one single file."""
    with refusing_damage(name):
        start = stream.read(tarfile.BLOCKSIZE)
        stream.seek(0)
    if not _is_tar(start):
        raise SubmissionRejectedError(f"{name} is compressed, but no tar is in it. Pack a folder, as a zip.")


def _is_tar(start: bytes) -> bool:
    """Whether the first block is a tar's header, or the end mark of an empty one."""
    if len(start) == tarfile.BLOCKSIZE and not any(start):
        return True
    try:
        tarfile.TarInfo.frombuf(start, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _require_small(size_bytes: int, name: str, limits: IntakeLimits) -> None:
    if size_bytes > limits.unpacked_bytes:
        raise SubmissionRejectedError(
            f"{name} has {size_bytes / MIB:,.1f} MiB; archives up to {limits.unpacked_bytes / MIB:g} MiB "
            "are opened. Hand in only what you wrote yourself, without installed packages and large data."
        )


def _require_plain(start: bytes, path: Path) -> None:
    kind = next((kind for mark, kind in _UNREAD if start.startswith(mark)), None)
    if kind is None and path.name.casefold().endswith(_ENDINGS):
        kind = "not the archive that its name says"
    if kind is not None:
        raise SubmissionRejectedError(f"{visible(path.name)} is {kind}. Pack your folder again, as a zip.")

"""A tar as a submission, plain or compressed."""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from grader.submission.intake.entry import CHUNK_BYTES, Entry, IntakeLimits, Kind
from grader.submission.intake.names import visible
from grader.submission.intake.sources.damage import refusing_damage
from grader.submission.intake.sources.stream import BoundedStream

_KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.DIRTYPE: Kind.FOLDER,
    tarfile.SYMTYPE: Kind.LINK,
    tarfile.LNKTYPE: Kind.HARD_LINK,
    tarfile.CHRTYPE: Kind.DEVICE,
    tarfile.BLKTYPE: Kind.DEVICE,
    tarfile.FIFOTYPE: Kind.PIPE,
}


@contextmanager
def opened_tar(file: BinaryIO, name: str, limits: IntakeLimits) -> Iterator[Iterator[Entry]]:
    """Opens a tar, out of its compression.

    Args:
        name: The archive's name as it may stand in a message.

    Raises:
        SubmissionRejectedError: It is damaged, or unpacks to more than is looked at.
    """
    stream = BoundedStream(file, name, limits)
    with refusing_damage(name):
        archive = tarfile.TarFile(fileobj=stream, mode="r")
    with archive:
        yield _entries(archive, stream, name)


def _entries(archive: tarfile.TarFile, stream: BoundedStream, name: str) -> Iterator[Entry]:
    """Walks the headers one by one, always forward: headers can be made that lead back to themselves."""
    reached = -1
    with refusing_damage(name):
        while True:
            stream.next_header()
            member = archive.next()
            if member is None:
                break
            if member.size < 0 or archive.offset <= reached:
                raise ValueError("a header that leads backwards")
            reached = archive.offset
            yield _entry(archive, stream, member)
        _require_end(archive, stream)


def _entry(archive: tarfile.TarFile, stream: BoundedStream, member: tarfile.TarInfo) -> Entry:
    kind = Kind.UNKNOWN if member.issparse() else _KINDS.get(member.type, Kind.UNKNOWN)
    return Entry(member.name, kind, member.size, lambda: _opened(archive, stream, member))


@contextmanager
def _opened(archive: tarfile.TarFile, stream: BoundedStream, member: tarfile.TarInfo) -> Iterator[BinaryIO]:
    with refusing_damage(visible(member.name)):
        stream.next_content()
        content = archive.extractfile(member)
        if content is None:
            raise ValueError("a file without content")
        with content:
            yield content  # type: ignore[misc] # tarfile's own stream is typed apart from BinaryIO


def _require_end(archive: tarfile.TarFile, stream: BoundedStream) -> None:
    """Reads on to the end: `tarfile` takes a broken header for it, and checksums stand behind it."""
    stream.seek(archive.offset)
    stream.next_content()
    block = stream.read(tarfile.BLOCKSIZE)
    if len(block) < tarfile.BLOCKSIZE or any(block):
        raise ValueError("no end mark")
    while stream.read(CHUNK_BYTES):
        pass

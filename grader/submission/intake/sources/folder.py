"""A folder as a submission: walked without following links, each file opened from the folder down."""

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from grader.errors import GraderError, SubmissionRejectedError
from grader.submission.intake.entry import Entry, IntakeLimits, Kind, Parts
from grader.submission.intake.ignored import ENVIRONMENT_MARK, left_out
from grader.submission.intake.names import shown

_NO_LINKS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe is not waited for
_KINDS = {
    stat.S_IFREG: Kind.FILE,
    stat.S_IFDIR: Kind.FOLDER,
    stat.S_IFLNK: Kind.LINK,
    stat.S_IFBLK: Kind.DEVICE,
    stat.S_IFCHR: Kind.DEVICE,
    stat.S_IFIFO: Kind.PIPE,
    stat.S_IFSOCK: Kind.SOCKET,
}


def entries_of_folder(root: int, limits: IntakeLimits) -> Iterator[Entry]:
    """Everything in a folder, in the order of the names; what is left out is named and not walked.

    Args:
        root: The folder, open.

    Raises:
        SubmissionRejectedError: A folder that cannot be read, or folders that are too deep.
    """
    return _walk(root, root, (), limits)


def _walk(root: int, folder: int, parts: Parts, limits: IntakeLimits) -> Iterator[Entry]:
    names = _names(folder, limits)
    environments = {parts} if ENVIRONMENT_MARK in names else ()
    for name in names:
        path = (*parts, name)
        with _reading(path):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        yield _entry(root, path, found)
        if stat.S_ISDIR(found.st_mode) and not left_out(path, environments):
            if len(path) > limits.depth:
                raise SubmissionRejectedError(
                    f"{shown(path)} lies deeper than {limits.depth} folders. Hand in fewer folders."
                )
            with _opened(name, folder, path, os.O_DIRECTORY) as inner:
                yield from _walk(root, inner, path, limits)


def _entry(root: int, path: Parts, found: os.stat_result) -> Entry:
    kind = _KINDS.get(stat.S_IFMT(found.st_mode), Kind.UNKNOWN)
    return Entry("/".join(path), kind, found.st_size, lambda: _opened_beneath(root, path))


def _names(folder: int, limits: IntakeLimits) -> list[str]:
    """The names in a folder, sorted; one more than may be seen is enough to refuse them."""
    names: list[str] = []
    with os.scandir(folder) as found:
        for entry in found:
            names.append(entry.name)
            if len(names) > limits.seen_entries:
                break
    return sorted(names)


@contextmanager
def _opened_beneath(root: int, path: Parts) -> Iterator[BinaryIO]:
    """Opens a file step by step, so that no folder above it can have become a link in the meantime."""
    with ExitStack() as steps:
        folder = root
        for depth, name in enumerate(path[:-1], 1):
            folder = steps.enter_context(_opened(name, folder, path[:depth], os.O_DIRECTORY))
        descriptor = steps.enter_context(_opened(path[-1], folder, path, 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _changed(path)
        file = steps.enter_context(open(descriptor, "rb", closefd=False))
        try:
            yield file
        except OSError as error:
            raise GraderError(
                f"{shown(path)} cannot be read: {error}. Copy it to another disk and try again."
            ) from error


@contextmanager
def _opened(name: str, folder: int, path: Parts, flags: int) -> Iterator[int]:
    with _reading(path):
        descriptor = os.open(name, _NO_LINKS | flags, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _reading(path: Parts) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise SubmissionRejectedError(
            f"{shown(path)} cannot be read: {error.strerror}. Give yourself the right to read it (chmod u+r)."
        ) from error
    except OSError as error:
        raise _changed(path) from error


def _changed(path: Parts) -> SubmissionRejectedError:
    return SubmissionRejectedError(
        f"{shown(path)} was replaced while it was read. Let no program write into the folder and try again."
    )

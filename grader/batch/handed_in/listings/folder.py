"""A download that is a folder: hand-ins stay where they are."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.batch.handed_in.listings.listing import Thing, is_of_interest
from grader.errors import SubmissionRejectedError, UsageError
from grader.submission.intake.entry import Kind, Parts
from grader.submission.intake.names import shown

_NO_LINKS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FolderListing:
    """A folder, looked at a level at a time.

    Args:
        beside: A folder that is none of the download's, though it may lie in it, as that of the results.
    """

    def __init__(self, root: Path, beside: Path) -> None:
        self._root = root.absolute()
        self._beside = beside.resolve()

    @property
    def name(self) -> str:
        """The folder's name, wherever it was named from."""
        return self._root.resolve().name

    def children(self, folder: Parts) -> tuple[Thing, ...]:
        """See `Listing`."""
        try:
            with os.scandir(self._root.joinpath(*folder)) as entries:
                found = [Thing((*folder, entry.name), _kind(entry)) for entry in entries]
        except OSError as error:
            raise UsageError(
                f"{shown((str(self._root), *folder))} cannot be read: {error.strerror}. "
                "Check the name, and that you may read it."
            ) from error
        wanted = [thing for thing in found if is_of_interest(thing.name) and not self._is_beside(thing)]
        return tuple(sorted(wanted, key=lambda thing: thing.path))

    def has(self, path: Parts) -> bool:
        """See `Listing`."""
        return os.path.lexists(self._root.joinpath(*path))

    @contextmanager
    def opened(self, file: Parts) -> Iterator[BinaryIO]:
        """See `Listing`."""
        try:
            descriptor = os.open(self._root.joinpath(*file), _NO_LINKS)
        except OSError as error:
            raise SubmissionRejectedError(f"{shown(file)} cannot be read: {error.strerror}.") from error
        with open(descriptor, "rb") as stream:  # noqa: PTH123 - it is open already
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise SubmissionRejectedError(f"{shown(file)} is no file.")
            yield stream

    def portion(self, path: Parts, place: Path) -> Path:  # noqa: ARG002 - nothing has to be written
        """See `Listing`."""
        return self._root.joinpath(*path)

    def _is_beside(self, thing: Thing) -> bool:
        return thing.kind is Kind.FOLDER and self._beside.is_relative_to(
            self._root.joinpath(*thing.path).resolve()
        )


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return Kind.LINK
    if entry.is_dir(follow_symlinks=False):
        return Kind.FOLDER
    return Kind.FILE if entry.is_file(follow_symlinks=False) else Kind.UNKNOWN

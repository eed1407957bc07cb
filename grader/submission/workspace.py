"""The folder that a student's code works in for one check: made from the clean copy, and removed whole.

Removal meets what a student's code has left: folders without permissions, names that are no text, nesting
deeper than any path can say. It never follows a link, and works with two open folders at any depth.
"""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count, islice
from pathlib import Path

from grader.errors import GraderError

_BATCH = 1000
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def fresh_copy(source: Path, destination: Path) -> None:
    """Copies a clean copy, for one check; times and modes stay as they are.

    Args:
        destination: Made if it is not there; empty if it is.

    Raises:
        GraderError: The copy cannot be written, as on a full disk; nothing half-made stays.
    """
    with ExitStack() as undo:
        undo.callback(empty_tree if destination.exists() else remove_tree, destination)
        try:
            shutil.copytree(source, destination, symlinks=True, dirs_exist_ok=True)
        except OSError as error:
            raise GraderError(
                f"The submission could not be copied for a check: {error}. "
                f"It was to be written to {destination}; make room there and start again."
            ) from error
        undo.pop_all()


def remove_tree(folder: Path) -> None:
    """Deletes a folder and all that is in it; harmless if it is not there.

    A link in the folder's place is deleted itself.

    Raises:
        GraderError: Something in it cannot be deleted.
    """
    with _blaming_the_disk(folder):
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            _empty(folder)
            folder.rmdir()


def make_empty(folder: Path) -> None:
    """Makes an empty folder of one that may be there, full, or something else by now.

    The folder itself stays where it can, since on a busy disk removing one takes longer than all the rest.

    Raises:
        GraderError: Something in it cannot be deleted.
    """
    if folder.is_symlink() or not folder.is_dir():
        remove_tree(folder)
    else:
        empty_tree(folder)
    folder.mkdir(exist_ok=True)


def empty_tree(folder: Path) -> None:
    """Deletes all that is in a folder, and keeps the folder; harmless if it is not there.

    Raises:
        GraderError: Something in it cannot be deleted.
    """
    with _blaming_the_disk(folder):
        if folder.exists():
            _empty(folder)


@contextmanager
def _blaming_the_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GraderError(
            f"{folder} could not be deleted: {error}. Delete it by hand, as root if need be."
        ) from error


def _empty(folder: Path) -> None:
    """Flattens while it deletes: what stands deeper than one level is first moved up to the first."""
    _permit(str(folder), None)
    top = os.open(folder, _OPEN_FOLDER)
    prefix = secrets.token_hex(8)
    with _closed(top):
        new_names = (f"{prefix}-{number}" for number in count())
        while names := _some_names(top):
            for name in names:
                if not _unlinked(top, name):
                    _dissolve(top, name, new_names)


def _dissolve(top: int, name: str, new_names: Iterator[str]) -> None:
    """Moves the folders of a folder up to `top`, deletes its files, and then deletes it."""
    _permit(name, top)
    inner = os.open(name, _OPEN_FOLDER, dir_fd=top)
    with _closed(inner):
        while children := _some_names(inner):
            for child in children:
                if not _unlinked(inner, child):
                    _permit(child, inner)
                    os.rename(child, next(new_names), src_dir_fd=inner, dst_dir_fd=top)
    os.rmdir(name, dir_fd=top)


@contextmanager
def _closed(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)


def _some_names(descriptor: int) -> list[str]:
    """Some of a folder's names: a million of them take no more memory than a thousand."""
    with os.scandir(descriptor) as entries:
        return [entry.name for entry in islice(entries, _BATCH)]


def _unlinked(parent: int, name: str) -> bool:
    """Deletes what is no folder; False if it is one."""
    if stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
        return False
    os.unlink(name, dir_fd=parent)
    return True


def _permit(name: str, parent: int | None) -> None:
    """Gives the owner every right on a folder, as reading it and moving it away need.

    The student's processes are dead by now, so nobody puts a link in its place between the two steps.
    """
    found = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)

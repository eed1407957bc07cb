"""Workspaces: copied quickly, removed whatever a student's code has left in them."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.submission.workspace import empty_tree, fresh_copy, remove_tree

from .packing import open_descriptors, tree, write_folder

FILES = {"meteorites.py": b"x", "data/deep/a.csv": b"1"}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "workspace", FILES)


@contextmanager
def as_somebody(owned: Path) -> Iterator[None]:
    """As a user who is not root, since no permission keeps root out.

    Args:
        owned: Belongs to that user, with all that is in it.
    """
    was = os.geteuid()
    if was == 0:
        for path in (owned, *owned.rglob("*")):
            os.chown(path, 65534, -1, follow_symlinks=False)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user can reach, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def dig(folder: Path, levels: int) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("bottom", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


@pytest.mark.parametrize("is_there", [True, False])
def test_copy_is_complete_and_its_own(tmp_path: Path, workspace: Path, is_there: bool) -> None:  # noqa: FBT001 - a case
    copy = tmp_path / "copy"
    if is_there:
        copy.mkdir()
    fresh_copy(workspace, copy)
    assert tree(copy) == FILES
    (copy / "meteorites.py").write_bytes(b"changed")
    assert tree(workspace) == FILES
    assert (copy / "data/deep/a.csv").stat().st_mtime == (workspace / "data/deep/a.csv").stat().st_mtime


def test_failed_copy_is_the_graders_fault_and_leaves_nothing(tmp_path: Path, workspace: Path) -> None:
    (workspace / "pipe").mkdir()
    os.mkfifo(workspace / "pipe" / "pipe")
    with pytest.raises(GraderError, match="could not be copied"):
        fresh_copy(workspace, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_removes_folders_without_permissions(reachable: Path) -> None:
    (reachable / "own").mkdir()
    workspace = write_folder(reachable / "own" / "workspace", FILES)
    with as_somebody(reachable / "own"):
        for mode, name in ((0, "data/deep"), (0o500, "data"), (0o300, ".")):
            (workspace / name).chmod(mode)
        remove_tree(workspace)
    assert not workspace.exists()


def test_removes_what_is_deeper_than_any_path(workspace: Path) -> None:
    dig(workspace, 3_000)  # a path may have 4,096 bytes, a process 1,024 open files
    before = open_descriptors()
    remove_tree(workspace)
    assert not workspace.exists()
    assert open_descriptors() == before


def test_never_follows_a_link(tmp_path: Path, workspace: Path) -> None:
    outside = write_folder(tmp_path / "outside", FILES)
    (workspace / "folder").symlink_to(outside)
    (workspace / "data" / "file").symlink_to(outside / "meteorites.py")
    (workspace / "data" / "round").symlink_to("..")
    (outside / "data").chmod(0o555)
    remove_tree(workspace)
    assert tree(outside) == FILES
    assert (outside / "data").stat().st_mode & 0o777 == 0o555
    workspace.symlink_to(outside)
    remove_tree(workspace)
    assert not workspace.is_symlink()
    assert tree(outside) == FILES


def test_removes_names_that_are_no_text_and_odd_files(workspace: Path) -> None:
    for name in (b"latin\xe9", b"\x1b[2J", b"line\n", b"-rf", b"\xff\xfe", b"x" * 255):
        (workspace / os.fsdecode(name) / "inner").mkdir(parents=True)
    os.mkfifo(workspace / "pipe")
    remove_tree(workspace)
    assert not workspace.exists()


def test_removes_many_files(workspace: Path) -> None:
    for number in range(1_200):
        (workspace / "data" / f"{number}").touch()
        (workspace / "data" / "deep" / f"{number}").mkdir()
    started = time.monotonic()
    remove_tree(workspace)
    assert not workspace.exists()
    assert time.monotonic() - started < 10


def test_removing_nothing_is_harmless(tmp_path: Path) -> None:
    remove_tree(tmp_path / "nowhere")
    empty_tree(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_emptying_keeps_the_folder(workspace: Path) -> None:
    empty_tree(workspace)
    assert list(workspace.iterdir()) == []


def test_what_cannot_be_removed_is_said(reachable: Path) -> None:
    workspace = write_folder(reachable / "workspace", FILES)
    reachable.chmod(0o555)
    with as_somebody(workspace), pytest.raises(GraderError, match="could not be deleted"):
        remove_tree(workspace)

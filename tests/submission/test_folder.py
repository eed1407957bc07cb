"""Folders: links, pipes, sockets, rights, and files that change."""

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import SubmissionRejectedError
from grader.submission.intake import IntakeLimits, take_in
from grader.submission.intake.clean import write_clean
from grader.submission.intake.names import visible
from grader.submission.intake.sources.opened import opened
from grader.submission.intake.survey import survey
from grader.submission.workspace import remove_tree
from tests.deep import nest

from .conftest import Refusal, Taking
from .packing import SOLUTION, tree, write_folder


def test_links_are_left_out_and_noted(tmp_path: Path, take: Taking) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    write_folder(tmp_path / "hidden", {"secret.py": b"secret"})
    (folder / "file.py").symlink_to(tmp_path / "hidden" / "secret.py")
    (folder / "folder").symlink_to(tmp_path / "hidden")
    (folder / "round").symlink_to(".")
    (folder / "nowhere").symlink_to("not-there")
    intake = take(folder)
    assert tree(intake.folder) == SOLUTION
    assert intake.notes[0].startswith('"file.py", "folder", "nowhere" and 1 more are left out: links')


@pytest.mark.parametrize("target", ["other.py", "/etc/passwd"])
def test_link_for_a_wanted_file_is_refused(tmp_path: Path, refusal: Refusal, target: str) -> None:
    folder = write_folder(tmp_path / "project", {"other.py": b"x"})
    (folder / "meteorites.py").symlink_to(target)
    assert refusal(folder).startswith('"meteorites.py" is a link')


def test_pipe_and_socket_are_refused_at_once(tmp_path: Path, refusal: Refusal) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    os.mkfifo(folder / "pipe")
    assert '"pipe" is a named pipe' in refusal(folder)
    (folder / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "sock"))
        assert '"sock" is a socket' in refusal(folder)


def test_device_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    try:
        os.mknod(folder / "zero", 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")
    assert '"zero" is a device file' in refusal(folder)


def test_limits_hold_for_folders(tmp_path: Path, refusal: Refusal) -> None:
    folder = write_folder(tmp_path / "project", {**SOLUTION, "a/b/c.txt": b"x" * 2000})
    assert "deeper than 2 folders" in refusal(folder, limits=IntakeLimits(depth=2))
    assert "more than 3 files and folders" in refusal(folder, limits=IntakeLimits(entries=3))
    assert "more than 2 files and folders" in refusal(folder, limits=IntakeLimits(seen_entries=2))
    assert '"a/b/c.txt"' in refusal(folder, limits=IntakeLimits(total_bytes=1000))


def test_sparse_giant_is_refused_without_reading_it(tmp_path: Path, refusal: Refusal) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    with (folder / "giant").open("wb") as file:
        file.truncate(10**12)
    assert '"giant" (953,674.3 MiB)' in refusal(folder)


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    nest(folder, 200)
    (tmp_path / "clean").mkdir()
    try:
        with pytest.raises(SubmissionRejectedError, match="deeper than 20"):
            take_in(folder, ["meteorites.py"], tmp_path / "clean")
    finally:
        remove_tree(folder)  # deeper than pytest can remove


@pytest.mark.parametrize("name", [b"esc\x1b[31m.py", b"latin\xe9.txt", b"back\\slash", b"line\nbreak"])
def test_odd_names_are_refused(tmp_path: Path, refusal: Refusal, name: bytes) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    (folder / os.fsdecode(name)).touch()
    assert visible(os.fsdecode(name)) in refusal(folder)


def test_names_that_differ_in_case_or_accents_are_refused(tmp_path: Path, refusal: Refusal) -> None:
    folder = write_folder(tmp_path / "project", {**SOLUTION, "a/Data.csv": b"1", "a/data.csv": b"2"})
    assert '"a/Data.csv" and "a/data.csv" are the same name' in refusal(folder)
    folder = write_folder(tmp_path / "other", {**SOLUTION, "caf\u00e9": b"1", "cafe\u0301": b"2"})
    assert "twice" in refusal(folder)


@pytest.mark.parametrize("replacement", ["link", "pipe", "nothing"])
@pytest.mark.parametrize("place", ["sub/late.py", "sub"])
def test_what_is_replaced_after_the_survey_is_not_followed(
    tmp_path: Path, replacement: str, place: str
) -> None:
    folder = write_folder(tmp_path / "project", {**SOLUTION, "sub/late.py": b"x"})
    write_folder(tmp_path / "hidden", {"late.py": b"secret"})
    (tmp_path / "clean").mkdir()
    with opened(folder, IntakeLimits()) as source:
        found = survey(source, IntakeLimits())
        (folder / place).rename(tmp_path / "away")
        if replacement == "link":
            (folder / place).symlink_to(tmp_path / "hidden" / ("late.py" if place != "sub" else ""))
        elif replacement == "pipe":
            os.mkfifo(folder / place)
        with pytest.raises(SubmissionRejectedError, match="was replaced while it was read"):
            write_clean(found.files, (), tmp_path / "clean", IntakeLimits())
    assert b"secret" not in tree(tmp_path / "clean").values()


def test_file_that_grows_after_the_survey_stays_within_the_limit(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    (tmp_path / "clean").mkdir()
    limits = IntakeLimits(total_bytes=10_000)
    with opened(folder, limits) as source:
        found = survey(source, limits)
        (folder / "meteorites.py").write_bytes(b"x" * 20_000)
        with pytest.raises(SubmissionRejectedError, match="grew while it was read"):
            write_clean(found.files, (), tmp_path / "clean", limits)


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of somebody who is not root, and the test as that somebody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        was = os.geteuid()
        if was == 0:
            os.chown(folder, 65534, -1)
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(was)


@pytest.mark.parametrize("locked", ["project/meteorites.py", "project/sub", "project"])
def test_what_may_not_be_read_is_named(as_nobody: Path, locked: str) -> None:
    write_folder(as_nobody / "project", {**SOLUTION, "sub/x": b""})
    (as_nobody / "clean").mkdir()
    (as_nobody / locked).chmod(0)
    with pytest.raises(SubmissionRejectedError, match="cannot be read: Permission denied") as caught:
        take_in(as_nobody / "project", ["meteorites.py"], as_nobody / "clean")
    assert Path(locked).name in str(caught.value)
    (as_nobody / locked).chmod(0o700)

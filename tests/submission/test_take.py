"""Intake as a whole: what comes out is the same whatever goes in."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from grader.errors import CourseError, UsageError
from grader.submission.intake import take_in

from .conftest import Refusal, Taking
from .packing import SOLUTION, TAR_ENDINGS, open_descriptors, tree, write_folder, write_tar, write_zip

PROJECT = {
    **SOLUTION,
    "data/landings.json": b"[]",
    "data/deep/donn\u00e9es.txt": b"\r\n\x00\xff",
    "empty.py": b"",
}


def test_gives_the_same_copy_and_digest_for_a_folder_and_all_its_archives(
    tmp_path: Path, take: Taking
) -> None:
    folder = write_folder(tmp_path / "project", PROJECT)
    (folder / "no_files" / "at_all").mkdir(parents=True)
    archives = [write_zip(tmp_path / "a.zip", PROJECT)]
    archives += [write_tar(tmp_path / f"a{ending}", PROJECT) for ending in TAR_ENDINGS]
    archives += [
        Path(shutil.make_archive(str(tmp_path / "b"), form, folder)) for form in ("zip", "gztar", "xztar")
    ]
    archives.append(Path(shutil.make_archive(str(tmp_path / "wrapped"), "zip", tmp_path, "project")))
    wanted = take(folder)
    assert tree(wanted.folder) == PROJECT
    for archive in archives:
        intake = take(archive)
        assert tree(intake.folder) == PROJECT, archive
        assert intake.digest == wanted.digest, archive


def test_looks_at_the_content_and_not_at_the_ending(tmp_path: Path, take: Taking) -> None:
    archive = write_tar(tmp_path / "a.tar.gz", SOLUTION).rename(tmp_path / "upload.zip")
    assert tree(take(archive).folder) == SOLUTION


@pytest.mark.parametrize(
    "changed", [{"meteorites.py": b"other"}, {**PROJECT, "more.py": b""}, {"data/x": b"[]"}]
)
def test_digest_changes_with_a_byte_or_a_path(
    tmp_path: Path, take: Taking, changed: dict[str, bytes]
) -> None:
    one = take(write_zip(tmp_path / "a.zip", PROJECT))
    other = take(write_zip(tmp_path / "b.zip", {**SOLUTION, **changed}))
    assert one.digest != other.digest


def test_copy_is_plain_whatever_the_modes_were(tmp_path: Path, take: Taking) -> None:
    folder = write_folder(tmp_path / "project", PROJECT)
    (folder / "meteorites.py").chmod(0o6755)
    (folder / "data").chmod(0o1777)
    os.setxattr(folder / "meteorites.py", "user.comment", b"mine")
    mask = os.umask(0o077)
    try:
        intake = take(folder)
    finally:
        os.umask(mask)
    for path in intake.folder.rglob("*"):
        found = path.lstat()
        assert stat.S_IMODE(found.st_mode) == (0o755 if path.is_dir() else 0o644), path
        assert found.st_mtime == 946_684_800
        assert os.listxattr(path) == []
    assert (folder / "meteorites.py").stat().st_mode & 0o6000, "the original stays as it was"


def test_one_wrapping_folder_is_the_root_and_is_noted(tmp_path: Path, take: Taking) -> None:
    files = {f"lab-main/{name}": content for name, content in PROJECT.items()}
    files["__MACOSX/lab-main/._meteorites.py"] = b"\0"
    intake = take(write_zip(tmp_path / "a.zip", files))
    assert tree(intake.folder) == PROJECT
    assert intake.notes == ('The folder "lab-main" is taken as the submission.',)


def test_the_only_folder_with_all_files_is_the_root(tmp_path: Path, take: Taking) -> None:
    files = {"README.md": b"", "redis_meteorites/meteorites.py": b"1", "redis_cache/cache.py": b"2"}
    intake = take(write_zip(tmp_path / "a.zip", files))
    assert tree(intake.folder) == {"meteorites.py": b"1"}
    assert "What lies beside it is not used." in intake.notes[0]


def test_takes_the_one_file_that_is_asked_for(tmp_path: Path, take: Taking) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    assert take(folder / "meteorites.py").digest == take(folder).digest


def test_follows_a_submission_path_that_is_a_link_itself(tmp_path: Path, take: Taking) -> None:
    write_folder(tmp_path / "project", SOLUTION)
    link = tmp_path / "link"
    link.symlink_to("project")
    assert tree(take(link).folder) == SOLUTION


def test_wanted_folder_is_there_even_if_it_is_empty(tmp_path: Path, take: Taking) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    (folder / "exports").mkdir()
    assert (take(folder, ("meteorites.py", "exports/")).folder / "exports").is_dir()


def test_destination_must_be_an_empty_folder(tmp_path: Path, clean: Path) -> None:
    folder = write_folder(tmp_path / "project", SOLUTION)
    (clean / "old").touch()
    with pytest.raises(UsageError):
        take_in(folder, ["meteorites.py"], clean)
    assert (clean / "old").exists()
    with pytest.raises(UsageError):
        take_in(folder, ["meteorites.py"], tmp_path / "nowhere")


def test_lab_that_asks_for_what_is_left_out_is_a_course_error(tmp_path: Path, clean: Path) -> None:
    with pytest.raises(CourseError, match=r"conftest\.py"):
        take_in(write_folder(tmp_path / "project", SOLUTION), ["conftest.py"], clean)


def test_no_descriptor_stays_open(tmp_path: Path, take: Taking, refusal: Refusal) -> None:
    folder = write_folder(tmp_path / "project", PROJECT)
    archives = [write_zip(tmp_path / "a.zip", PROJECT), write_tar(tmp_path / "a.tar.xz", PROJECT)]
    before = open_descriptors()
    for path in (folder, *archives):
        take(path)
        refusal(path, ("other.py",))
    assert open_descriptors() == before

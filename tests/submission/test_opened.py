"""What is handed in, told apart by its content."""

import gzip
import os
from pathlib import Path

import pytest

from grader.submission.intake import IntakeLimits

from .conftest import Refusal
from .packing import write_zip


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "A.ZIP", "a.tar.xz", "a.7z"])
@pytest.mark.parametrize(
    "content", [b"", b"import redis\n", b"<html>Log in first</html>" * 100, os.urandom(2000)]
)
def test_file_that_is_named_an_archive_and_is_none(
    tmp_path: Path, refusal: Refusal, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    assert f'"{name}" is not the archive that its name says' in refusal(tmp_path / name)


@pytest.mark.parametrize(
    ("start", "kind"), [(b"7z\xbc\xaf\x27\x1c\0\4", "a 7z"), (b"Rar!\x1a\x07\x01\0", "a RAR")]
)
def test_archives_that_are_not_read_are_named(
    tmp_path: Path, refusal: Refusal, start: bytes, kind: str
) -> None:
    (tmp_path / "lab").write_bytes(start + bytes(600))
    assert f"is {kind} archive. Pack your folder again, as a zip." in refusal(tmp_path / "lab")


def test_compressed_file_that_holds_no_tar(tmp_path: Path, refusal: Refusal) -> None:
    (tmp_path / "meteorites.py.gz").write_bytes(gzip.compress(b"import redis\n"))
    assert "no tar is in it" in refusal(tmp_path / "meteorites.py.gz")


def test_path_that_is_not_there(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(tmp_path / "nowhere").startswith("There is no file or folder")
    assert "cannot be read" in refusal(tmp_path / ("x" * 300))
    assert "cannot be read" in refusal(tmp_path / "nul\0byte")


def test_pipe_and_device_are_refused_at_once(tmp_path: Path, refusal: Refusal) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "neither a folder nor a file" in refusal(tmp_path / "pipe")
    assert "neither a folder nor a file" in refusal(Path("/dev/zero"))


def test_archive_that_is_too_large_is_not_opened(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", {"x": os.urandom(5000)})
    assert "archives up to" in refusal(archive, limits=IntakeLimits(unpacked_bytes=4000))

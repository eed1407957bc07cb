"""Help for students whose file is not found."""

import time
from pathlib import Path

import pytest

from .conftest import Refusal
from .packing import SOLUTION, write_folder, write_zip

LONGEST_S = 5.0

NEAR = {
    "Meteorites.py": "upper and lower case",
    "meteorites (1).py": "seems to be a copy",
    "meteorites - Copy (2).py": "seems to be a copy",
    "meteorites_v2.py": "seems to be a copy",
    "meteorite.py": "Is it",
    "src/code/meteorites.py": "another folder",
    "meteorites.py.txt": "second ending",
    "lab.zip": "unpack it",
    "something.py": "named exactly so",
}


@pytest.mark.parametrize(("name", "advice"), NEAR.items())
def test_says_what_is_missing_what_was_found_and_what_to_do(
    tmp_path: Path, refusal: Refusal, name: str, advice: str
) -> None:
    for source in (
        write_folder(tmp_path / "project", {name: b"x", "README.md": b""}),
        write_zip(tmp_path / "a.zip", {name: b"x", "README.md": b""}),
    ):
        message = refusal(source)
        assert message.startswith('"meteorites.py" is missing. Found: ')
        assert f'"{name}"' in message
        assert advice in message


def test_wrong_single_file_is_named(tmp_path: Path, refusal: Refusal) -> None:
    message = refusal(write_folder(tmp_path, {"meteorite.py": b""}) / "meteorite.py")
    assert 'Is it "meteorite.py"? Then rename it to "meteorites.py".' in message


def test_empty_folder_says_so(tmp_path: Path, refusal: Refusal) -> None:
    (tmp_path / "project").mkdir()
    assert "No files were found at all." in refusal(tmp_path / "project")


def test_missing_folder_is_named(tmp_path: Path, refusal: Refusal) -> None:
    message = refusal(write_folder(tmp_path / "p", SOLUTION), ("meteorites.py", "migrations/"))
    assert message.startswith('"migrations" is missing.')


def test_two_candidates_are_not_guessed_between(tmp_path: Path, refusal: Refusal) -> None:
    files = {"a/meteorites.py": b"1", "b/meteorites.py": b"2"}
    message = refusal(write_zip(tmp_path / "a.zip", files))
    assert message.startswith('"a" and "b" all hold "meteorites.py".')


def test_found_files_are_listed_shortly(tmp_path: Path, refusal: Refusal) -> None:
    files = {f"{number}.csv": b"" for number in range(100)}
    assert "and 92 more." in refusal(write_zip(tmp_path / "a.zip", files))


def test_long_odd_names_take_no_time(tmp_path: Path, refusal: Refusal) -> None:
    files = {f"{'_1' * 120}x{number}.py": b"" for number in range(500)}
    archive = write_zip(tmp_path / "a.zip", files)
    started = time.monotonic()
    assert "meteorites.py" in refusal(archive)
    assert time.monotonic() - started < LONGEST_S

"""What is left out, and what is said about it."""

from pathlib import Path

import pytest

from grader.submission.intake import IntakeLimits

from .conftest import Refusal, Taking
from .packing import SOLUTION, tree, write_folder, write_tar, write_zip

SILENT = [
    ".git/config",
    ".git",
    ".hg/hgrc",
    ".svn/entries",
    "__pycache__/meteorites.cpython-311.pyc",
    "a/b.pyc",
]
SILENT += ["b.pyo", ".DS_Store", "__MACOSX/._a", "sub/._a", ".idea/x", ".vscode/x", "Icon\r", "Thumbs.db"]
NOTED = [".venv/bin/python", "node_modules/x/index.js", "fast.so", "fast.pyd", "a.pth", "sitecustomize.py"]
NOTED += ["usercustomize.py", "conftest.py", "sub/conftest.py", "pytest.ini", "tox.ini", "ConfTest.py"]


@pytest.mark.parametrize("form", ["folder", "zip", "tar"])
@pytest.mark.parametrize(("name", "notes"), [*((n, 0) for n in SILENT), *((n, 1) for n in NOTED)])
def test_is_left_out_of_every_form(tmp_path: Path, take: Taking, form: str, name: str, notes: int) -> None:
    files = {**SOLUTION, name: b"x"}
    makers = {"folder": lambda: write_folder(tmp_path / "project", files)}
    makers["zip"] = lambda: write_zip(tmp_path / "a.zip", files)
    makers["tar"] = lambda: write_tar(tmp_path / "a.tar.gz", files)
    intake = take(makers[form]())
    assert tree(intake.folder) == SOLUTION
    assert len(intake.notes) == notes, intake.notes


@pytest.mark.parametrize(
    "name", ["setup.cfg", "pyproject.toml", "env/notes.txt", "venv/notes.txt", ".gitignore", "lib/a.py"]
)
def test_is_kept_silently(tmp_path: Path, take: Taking, name: str) -> None:
    intake = take(write_zip(tmp_path / "a.zip", {**SOLUTION, name: b"x"}))
    assert tree(intake.folder) == {**SOLUTION, name: b"x"}
    assert intake.notes == ()


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("place", ["", "my env/"])
def test_virtual_environment_is_known_by_its_mark(
    tmp_path: Path, take: Taking, place: str, form: str
) -> None:
    inside = ("pyvenv.cfg", "bin/python", "lib/python3.13/site-packages/redis/__init__.py", "Scripts/x")
    files = {**SOLUTION, **{f"{place}{name}": b"x" for name in inside}}
    source = write_zip(tmp_path / "a.zip", files) if form == "zip" else write_folder(tmp_path / "p", files)
    intake = take(source)
    assert tree(intake.folder) == SOLUTION
    assert "installed packages are not graded" in " ".join(intake.notes)


def test_what_is_left_out_does_not_count_against_the_limits(tmp_path: Path, take: Taking) -> None:
    files = {f".venv/lib/{number}.py": b"" for number in range(40)}
    limits = IntakeLimits(entries=5)
    for source in (
        write_zip(tmp_path / "a.zip", {**files, **SOLUTION}),
        write_folder(tmp_path / "p", {**files, **SOLUTION}),
    ):
        assert tree(take(source, limits=limits).folder) == SOLUTION


def test_many_names_make_one_short_note(tmp_path: Path, take: Taking) -> None:
    files = {f"m{number:04}.so": b"" for number in range(500)}
    intake = take(write_zip(tmp_path / "a.zip", {**files, **SOLUTION}))
    assert len(intake.notes) == 1
    assert intake.notes[0].startswith('"m0000.so", "m0001.so", "m0002.so" and 497 more are left out:')


def test_wanted_file_does_not_come_from_what_is_left_out(tmp_path: Path, refusal: Refusal) -> None:
    assert "No files were found" in refusal(write_zip(tmp_path / "a.zip", {".git/meteorites.py": b"x"}))

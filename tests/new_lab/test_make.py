"""A new lab as files: complete, readable, and nothing half-made."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import read_lab
from grader.errors import GraderError, UsageError
from grader.new_lab import SERVICES, NewLab, make_lab
from grader.verify import read_specimens

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
LONG = "a_lab_whose_id_is_rather_long"


@pytest.mark.parametrize("service", SERVICES)
def test_a_new_lab_has_all_that_a_lab_has(tmp_path: Path, service: str) -> None:
    files = make_lab(NewLab("notes", "Notes", service), tmp_path)
    assert all(path.is_file() for path in files)
    lab = read_lab(tmp_path, "notes")
    assert (lab.title, lab.module, lab.files, list(lab.services)) == (
        "Notes",
        "notes",
        ("notes.py",),
        [service],
    )
    assert (lab.folder / "README.md").read_text().startswith("# Notes\n")
    kinds = [specimen.kind.value for specimen in read_specimens(lab)]
    assert [kinds.count(kind) for kind in ("reference", "alternative", "starter")] == [1, 2, 1]
    assert kinds.count("mistake") >= 3
    assert len(list(lab.rubric.glob("test_*.py"))) == 3
    starter, specimen = lab.folder / "starter" / "notes.py", lab.specimens / "starter" / "notes.py"
    assert starter.read_bytes() == specimen.read_bytes()


@pytest.mark.parametrize("service", SERVICES)
def test_no_word_of_a_template_is_left(tmp_path: Path, service: str) -> None:
    for path in make_lab(NewLab("notes", "Notes", service), tmp_path):
        assert "<<" not in path.read_text(), path
        assert path.suffix != ".template"


@pytest.mark.parametrize("service", SERVICES)
def test_the_rubric_keeps_the_projects_own_rules(tmp_path: Path, service: str) -> None:
    make_lab(NewLab(LONG, "Notes", service), tmp_path)
    for task in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *task, "--no-cache", "--config", str(PROJECT), "rubrics"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("title", ['Say "hello" \\ here', "隕石: {0} %s <<id>> $1"])
def test_any_title_on_one_line_is_a_title(tmp_path: Path, title: str) -> None:
    make_lab(NewLab("notes", title, "redis"), tmp_path)
    assert read_lab(tmp_path, "notes").title == title


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "\x1b[31mred"])
def test_a_title_that_is_no_line_is_refused(title: str) -> None:
    with pytest.raises(UsageError, match="one line"):
        NewLab("notes", title, "redis")


def test_nothing_half_made_stays(tmp_path: Path) -> None:
    # The second of the two folders cannot be made: a file stands where rubrics/ must be.
    (tmp_path / "rubrics").write_text("in the way")
    with pytest.raises(GraderError, match="cannot be written"):
        make_lab(NewLab("notes", "Notes", "redis"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labs", "rubrics"]
    assert list((tmp_path / "labs").iterdir()) == []

"""The template repository: in step with the starters, and ready for a student."""

import json
import re
from pathlib import Path

import pytest
import yaml

from grader.cli import run
from grader.course import find_course, find_lab_id
from grader.errors import CourseError, UsageError
from grader.template import fill_template, lab_files, read_source, skeleton_files

ROOT = Path(__file__).resolve().parents[1]
COURSE = find_course(ROOT, ROOT)
TEMPLATE = ROOT / "student_template"


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("lab_id", COURSE.lab_ids())
def test_the_template_is_in_step_with_the_starters(lab_id: str) -> None:
    starter = {name: path.read_bytes() for name, path in lab_files(COURSE.lab(lab_id)).items()}
    assert files_in(TEMPLATE / lab_id) == starter, "`make template` brings it into step"


def test_the_template_has_the_labs_of_the_course_and_no_other_folder() -> None:
    folders = {path.name for path in TEMPLATE.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders == set(COURSE.lab_ids())


@pytest.mark.parametrize("lab_id", COURSE.lab_ids())
def test_a_lab_is_found_from_its_folder(lab_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TEMPLATE / lab_id)
    assert find_lab_id(COURSE, Path()) == lab_id


def test_above_the_labs_a_student_is_told_where_to_go() -> None:
    with pytest.raises(CourseError, match="Go into one of them"):
        find_lab_id(COURSE, TEMPLATE)


def test_what_the_lab_asks_for_is_there_and_so_is_the_handout() -> None:
    for lab_id in COURSE.lab_ids():
        lab = COURSE.lab(lab_id)
        there = lab_files(lab)
        assert set(lab.files) <= set(there)
        assert (lab.folder / "README.md") in there.values()


@pytest.mark.parametrize("page", sorted(TEMPLATE.rglob("*.md")), ids=lambda page: page.parent.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_parts_of_the_repository_can_be_read() -> None:
    devcontainer = json.loads((TEMPLATE / ".devcontainer/devcontainer.json").read_text())
    assert "requirements.txt" in devcontainer["postCreateCommand"]
    assert any("docker-in-docker" in feature for feature in devcontainer["features"])
    workflow = yaml.safe_load((TEMPLATE / ".github/workflows/grade.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert "push" in workflow[True]  # YAML reads the key `on` as true
    assert (TEMPLATE / "requirements.txt").read_text().splitlines()[-1] == "dblab-grader[local]"


def test_a_new_template_names_the_grader_wherever_it_is_needed(tmp_path: Path) -> None:
    fill_template(COURSE, tmp_path / "new", read_source("school/labs-grader@v1.2"))
    written = files_in(tmp_path / "new")
    workflow = written[".github/workflows/grade.yml"].decode()
    assert "uses: school/labs-grader/.github/workflows/grade.yml@v1.2 " in workflow
    wanted = "dblab-grader[local] @ git+https://github.com/school/labs-grader@v1.2"
    assert wanted in written["requirements.txt"].decode().splitlines()
    assert not any(b"OWNER" in content for content in written.values())
    changed = {name for name, content in written.items() if files_in(TEMPLATE)[name] != content}
    assert changed == {".github/workflows/grade.yml", "requirements.txt"}


def test_the_grader_comes_from_a_repository_at_some_commit() -> None:
    for text in ("school/grader", "grader@v1", "school/grader@", "a b/c@d", "school/grader@v1\n"):
        with pytest.raises(UsageError, match="OWNER/NAME@REF"):
            read_source(text)


def test_a_folder_with_files_is_left_alone_unless_told(tmp_path: Path) -> None:
    mine = tmp_path / "redis_meteorites" / "mine.py"
    mine.parent.mkdir()
    mine.write_text("")
    words = ["template", str(tmp_path), "--course", str(ROOT)]
    assert run(words) == 2
    assert mine.exists()
    assert run([*words, "--over"]) == 0
    assert not mine.exists()
    assert files_in(tmp_path) == files_in(TEMPLATE)


def test_a_course_of_ones_own_has_its_own_labs_in_the_template(tmp_path: Path) -> None:
    lab = tmp_path / "course" / "labs" / "my_lab"
    rubric = tmp_path / "course" / "rubrics" / "my_lab"
    (lab / "starter" / "sub").mkdir(parents=True)
    rubric.mkdir(parents=True)
    (lab / "lab.toml").write_text('title = "Mine"\nmodule = "mine"\n')
    (lab / "README.md").write_text("# Mine\n")
    (lab / "starter" / "README.md").write_text("# For you to write\n")
    (lab / "starter" / "sub" / "mine.py").write_text("")
    (rubric / "test_mine.py").write_text("")
    course = find_course(tmp_path / "course", tmp_path)
    assert "my_lab" in fill_template(course, tmp_path / "new", None)
    assert files_in(tmp_path / "new" / "my_lab") == {
        "HANDOUT.md": b"# Mine\n",
        "README.md": b"# For you to write\n",
        "sub/mine.py": b"",
    }


def test_the_skeleton_is_what_belongs_to_no_lab() -> None:
    names = {name for name, _ in skeleton_files(TEMPLATE, COURSE.lab_ids())}
    assert names == {
        ".devcontainer/devcontainer.json",
        ".github/workflows/grade.yml",
        ".gitignore",
        "README.md",
        "requirements.txt",
    }

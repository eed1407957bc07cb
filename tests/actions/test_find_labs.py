"""The action `find-labs`, on repositories with a history."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.actions.runner import Runner

NOWHERE = "0" * 40


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """With two labs, a folder that is none, and a file."""
    folder = tmp_path / "repository"
    for name in ("redis_meteorites/meteorites.py", "dbapi_people/people.py", "notes/mine.md", "README.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    git(folder.parent, "init", "--quiet", str(folder))
    return folder


def commit(repository: Path, *names: str) -> str:
    """Changes these files, and gives the commit."""
    for name in names:
        path = repository / name
        path.write_text(path.read_text() + "# more\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Work")
    return git(repository, "rev-parse", "HEAD")


def find(repository: Path, **inputs: str) -> list[str]:
    temp = repository.parent / "temp"
    temp.mkdir(exist_ok=True)
    ran = Runner(temp, repository).run("find-labs", **inputs)
    assert ran.code == 0, ran.log
    labs: list[str] = json.loads(ran.outputs["labs"])
    return labs


def test_a_lab_that_has_changed_is_found_and_nothing_else(repository: Path) -> None:
    before = commit(repository)
    commit(repository, "redis_meteorites/meteorites.py", "notes/mine.md", "README.md")
    assert find(repository, before=before) == ["redis_meteorites"]


def test_all_commits_of_a_push_count(repository: Path) -> None:
    before = commit(repository)
    commit(repository, "dbapi_people/people.py")
    commit(repository, "redis_meteorites/meteorites.py")
    assert find(repository, before=before) == ["dbapi_people", "redis_meteorites"]


def test_nothing_is_found_where_no_lab_has_changed(repository: Path) -> None:
    before = commit(repository)
    commit(repository, "README.md")
    assert find(repository, before=before) == []


@pytest.mark.parametrize("before", [NOWHERE, "", "c0ffee"])
def test_a_branch_without_a_past_has_all_its_labs_graded(repository: Path, before: str) -> None:
    commit(repository)
    assert find(repository, before=before) == ["dbapi_people", "redis_meteorites"]


def test_a_lab_that_was_removed_is_not_graded(repository: Path) -> None:
    before = commit(repository)
    git(repository, "rm", "-r", "--quiet", "dbapi_people")
    commit(repository)
    assert find(repository, before=before) == []


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ("all", ["dbapi_people", "redis_meteorites"]),
        ("redis_meteorites", ["redis_meteorites"]),
        ("redis_meteorites notes ../etc $(id) * redis_meteorites", ["redis_meteorites"]),
    ],
)
def test_what_is_asked_for_is_found_among_the_labs(
    repository: Path, asked_for: str, found: list[str]
) -> None:
    commit(repository)
    assert find(repository, labs=asked_for) == found

"""`grader new`, and then `grader verify` on real servers, as an author types them."""

import json
from pathlib import Path

import pytest

from grader.new_lab import SERVICES
from tests.cli.test_commands import Command


@pytest.fixture
def grader(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.mark.parametrize("service", SERVICES)
def test_a_new_lab_verifies_at_once(grader: Command, service: str) -> None:
    made = grader("new", "my_notes", "--service", service)
    assert made.returncode == 0, made.stderr
    verified = grader("verify", "my_notes", "--services", "local", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    (document,) = json.loads(verified.stdout)
    assert document["problems"] == []
    assert len(document["specimens"]) == 8


def test_a_course_begins_where_there_is_none_and_the_author_is_told(grader: Command, tmp_path: Path) -> None:
    made = grader("new", "first_lab")
    assert "one begins in" in made.stdout
    assert "grader verify first_lab" in made.stdout
    second = grader("new", "second_lab", "--title", "The second", "--json")
    document = json.loads(second.stdout)
    assert (document["is_new_course"], document["replaces_built_in"]) == (False, False)
    assert all((tmp_path / name).is_file() for name in document["files"])
    assert 'title = "The second"' in (tmp_path / "labs" / "second_lab" / "lab.toml").read_text()


def test_a_bad_id_and_a_taken_one_end_with_a_message(grader: Command) -> None:
    bad = grader("new", "my-lab")
    assert (bad.returncode, "no Python identifier" in bad.stderr) == (2, True)
    assert grader("new", "my_lab").returncode == 0
    again = grader("new", "my_lab")
    assert (again.returncode, "already" in again.stderr) == (5, True)


def test_a_lab_in_place_of_a_built_in_one_is_named(grader: Command) -> None:
    made = grader("new", "redis_structures")
    assert made.returncode == 0, made.stderr
    assert "in place of the built-in lab" in made.stdout

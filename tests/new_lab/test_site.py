"""Where a new lab goes, and what it cannot be called."""

from pathlib import Path

import pytest

from grader.errors import CourseError, UsageError
from grader.new_lab import NewLab, find_site, make_lab, require_usable_id


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = tmp_path / "course"
    (root / "labs").mkdir(parents=True)
    (root / "rubrics").mkdir()
    return root


def test_the_nearest_parent_that_is_a_course_is_taken(course: Path) -> None:
    inner = course / "labs" / "somewhere"
    inner.mkdir()
    site = find_site(None, inner)
    assert (site.root, site.is_new) == (course.resolve(), False)


def test_a_course_begins_where_there_is_none(tmp_path: Path) -> None:
    site = find_site(None, tmp_path)
    assert (site.root, site.is_new) == (tmp_path.resolve(), True)


def test_what_was_asked_for_must_be_a_course(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is no course"):
        find_site(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("lab_id", "reason"),
    [
        ("my-notes", "no Python identifier"),
        ("1st_notes", "no Python identifier"),
        ("", "no Python identifier"),
        ("../notes", "no Python identifier"),
        ("nötes", "ASCII"),
        ("__init__", "begins with a letter"),
        ("class", "keyword"),
        ("match", "keyword"),
        ("json", "Python has a module"),
        ("redis", "the grader's own tools"),
        ("conftest", "the grader's own tools"),
        ("test_notes", "pytest"),
    ],
)
def test_an_id_that_cannot_name_a_module_is_refused(course: Path, lab_id: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        require_usable_id(find_site(course, course), lab_id)


@pytest.mark.parametrize("room", ["labs", "rubrics"])
def test_an_id_that_the_course_has_is_refused(course: Path, room: str) -> None:
    (course / room / "notes").mkdir()
    with pytest.raises(CourseError, match="has notes already"):
        require_usable_id(find_site(course, course), "notes")


def test_the_id_of_a_built_in_lab_is_refused_in_that_course_and_taken_in_another(course: Path) -> None:
    another = find_site(course, course)
    assert another.behind is not None
    with pytest.raises(CourseError, match="has redis_meteorites already"):
        require_usable_id(find_site(another.behind.root, course), "redis_meteorites")
    require_usable_id(another, "redis_meteorites")
    assert another.takes_the_place_of("redis_meteorites")
    assert not another.takes_the_place_of("redis_notes")


def test_a_new_lab_is_found_in_the_course_that_began_with_it(tmp_path: Path) -> None:
    make_lab(NewLab("redis_notes", "Notes", "redis"), find_site(None, tmp_path).root)
    assert not find_site(None, tmp_path).is_new

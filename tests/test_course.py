"""How a course and its labs are found and read."""

from decimal import Decimal
from pathlib import Path

import pytest

from grader.course import find_course, find_lab_id, read_lab
from grader.errors import CourseError
from grader.results import ManualPoints

TOML = 'title = "Notes"\nmodule = "notes"\nservices = ["redis"]\n'


def make_lab(root: Path, lab_id: str = "notes", toml: str = TOML, rubric: str = "pass\n") -> Path:
    (root / "labs" / lab_id).mkdir(parents=True)
    (root / "rubrics" / lab_id).mkdir(parents=True)
    (root / "labs" / lab_id / "lab.toml").write_text(toml)
    (root / "rubrics" / lab_id / "test_notes.py").write_text(rubric)
    return root


def test_the_course_asked_for_wins_over_the_nearest(tmp_path: Path) -> None:
    near, far = make_lab(tmp_path / "near"), make_lab(tmp_path / "far")
    assert find_course(None, near / "labs" / "notes").root == near
    assert find_course(far, near).root == far


def test_what_is_graded_is_no_course_unless_it_is_asked_for(tmp_path: Path) -> None:
    """A student could grade with a rubric of their own, which runs in the grader's process."""
    course = make_lab(tmp_path / "course")
    submission = make_lab(course / "clones" / "jane")
    inside = make_lab(submission / "deeper") / "labs"
    for start in (submission, inside):
        assert find_course(None, start, apart_from=submission).root == course
    (tmp_path / "link").symlink_to(submission)
    assert find_course(None, submission, apart_from=tmp_path / "link").root == course
    assert find_course(submission, submission, apart_from=submission).root == submission
    assert find_course(None, course, apart_from=submission).root == course


def test_the_built_in_course_stands_where_there_is_no_other(tmp_path: Path) -> None:
    assert "redis_meteorites" in find_course(None, tmp_path).lab_ids()


def test_a_course_has_the_built_in_labs_too_and_may_replace_them(tmp_path: Path) -> None:
    root = make_lab(make_lab(tmp_path), "redis_meteorites")
    course = find_course(root, tmp_path)
    assert {"notes", "redis_meteorites"} <= set(course.lab_ids())
    assert course.lab("redis_meteorites").title == "Notes"


def test_what_is_no_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="labs/ and rubrics/"):
        find_course(tmp_path, tmp_path)


def test_an_unknown_lab_names_the_near_one(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Did you mean notes"):
        find_course(make_lab(tmp_path), tmp_path).lab("note")


def test_a_lab_is_told_from_the_folder_or_from_its_files(tmp_path: Path) -> None:
    course = find_course(make_lab(tmp_path / "course"), tmp_path)
    for folder in (tmp_path / "notes", tmp_path / "homework"):
        folder.mkdir()
        (folder / "notes.py").touch()
        assert find_lab_id(course, folder) == "notes"
    assert find_lab_id(course, tmp_path / "homework" / "notes.py") == "notes"
    (tmp_path / "other").mkdir()
    with pytest.raises(CourseError, match="--lab"):
        find_lab_id(course, tmp_path / "other")
    with pytest.raises(CourseError, match="There is no folder or file"):
        find_lab_id(course, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("title = ", "no TOML"),
        ('module = "notes"\n', "title"),
        ('title = "Notes"\n', "module"),
        (TOML + "colour = 3\n", "colour"),
        (TOML.replace("redis", "oracle"), "oracle"),
        (TOML + '[redis]\nclient = "redis.Cluster"\n', "redis.Cluster"),
        (TOML + "files = 3\n", "files"),
    ],
)
def test_a_wrong_lab_file_is_an_error_that_says_what(tmp_path: Path, toml: str, complaint: str) -> None:
    with pytest.raises(CourseError, match=complaint):
        read_lab(make_lab(tmp_path, toml=toml), "notes")


def test_a_lab_without_a_rubric_is_an_error(tmp_path: Path) -> None:
    root = make_lab(tmp_path)
    (root / "rubrics" / "notes" / "test_notes.py").unlink()
    with pytest.raises(CourseError, match="no rubric"):
        read_lab(root, "notes")


def test_the_rubric_hash_changes_with_the_rubric_and_not_with_its_specimens(tmp_path: Path) -> None:
    lab = read_lab(make_lab(tmp_path), "notes")
    before = lab.rubric_hash()
    (lab.rubric / "specimens" / "reference").mkdir(parents=True)
    (lab.rubric / "specimens" / "reference" / "notes.py").touch()
    (lab.rubric / "specimens.toml").touch()
    assert lab.rubric_hash() == before
    (lab.rubric / "test_notes.py").write_text("pass # changed\n")
    assert lab.rubric_hash() != before


def test_points_by_hand_and_servers_on_demand_are_read(tmp_path: Path) -> None:
    root = make_lab(tmp_path, toml=f'{TOML}on_demand = true\n[[manual]]\ntitle = "Style"\npoints = 2.5\n')
    lab = read_lab(root, "notes")
    assert lab.on_demand
    assert lab.manual == (ManualPoints("Style", Decimal("2.5")),)
    plain = read_lab(make_lab(tmp_path / "plain"), "notes")
    assert (plain.on_demand, plain.manual) == (False, ())


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('on_demand = "yes"', "on_demand must be true or false"),
        ('manual = "style"', r"\[\[manual\]\]"),
        ('[[manual]]\ntitle = "Style"', "title and points, and nothing else"),
        ('[[manual]]\ntitle = "Style"\npoints = 0', "points above 0"),
        ('[[manual]]\ntitle = "Style"\npoints = "many"', "no number of points"),
        ("[[manual]]\ntitle = 1\npoints = 1", "title must be given"),
    ],
)
def test_a_wrong_entry_says_what_is_meant(tmp_path: Path, toml: str, complaint: str) -> None:
    with pytest.raises(CourseError, match=complaint):
        read_lab(make_lab(tmp_path, toml=f"{TOML}{toml}\n"), "notes")


@pytest.mark.parametrize(
    "said", ["limits = 5", "redis = 1.5", "x = " + "9" * 5000, "x = " + "[" * 5000], ids=range(4)
)
def test_a_lab_toml_that_says_nonsense_is_refused_with_its_name(tmp_path: Path, said: str) -> None:
    with pytest.raises(CourseError, match=r"lab\.toml"):
        read_lab(make_lab(tmp_path, toml=f"{TOML}{said}\n"), "notes")

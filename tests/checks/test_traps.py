"""The traps that a grader can fall into: each would change somebody's points."""

import os
from decimal import Decimal
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from grader.errors import CourseError
from grader.results import Cause, Outcome, Status
from tests.checks.conftest import HEAD

if TYPE_CHECKING:
    from tests.checks.conftest import SmallCourse

GOOD = """
    @check(points=4, criterion="query")
    def test_good(submission: Submission) -> None:
        \"\"\"Good\"\"\"
        assert submission.call("answer") == 42, "it should be 42"
"""


@pytest.mark.parametrize(
    "stop", ["pytest.skip('later')", "pytest.importorskip('no_such_module')", "pytest.xfail('x')"]
)
def test_a_skip_neither_passes_nor_shrinks_the_maximum(course: "SmallCourse", stop: str) -> None:
    result = course.grade(
        GOOD
        + f"""
    @check(points=6, criterion="query")
    def test_skips(submission: Submission) -> None:
        \"\"\"Skips\"\"\"
        {stop}
    """
    )
    assert [check.outcome for check in result.checks] == [Outcome.PASSED, Outcome.UNGRADED]
    assert (result.points, result.max_points, result.status) == (4, 10, Status.INCOMPLETE)


@pytest.mark.parametrize(
    ("declaration", "body", "complaint"),
    [
        ('@check(criterion="query")', '"""Title"""', "points"),
        ('@check(points=0, criterion="query")', '"""Title"""', "no points"),
        ('@check(points=-1, criterion="query")', '"""Title"""', "points"),
        ('@check(points=0.001, criterion="query")', '"""Title"""', "points"),
        ("@check(points=1)", '"""Title"""', "criterion"),
        ('@check(points="4", criterion="query")', '"""Title"""', "write 4 without quotes"),
        ("@check", '"""Title"""', "@check needs its parentheses"),
        ('@check(points=1, criterion="beauty")', '"""Title"""', "beauty"),
        ('@check(points=1, criterion="query", needs="test_nobody")', '"""Title"""', "test_nobody"),
        ('@check(points=1, criterion="query", needs="test_it")', '"""Title"""', "itself"),
        ('@check(points=1, criterion="query")', "pass", "docstring"),
        ('@check(points=1, criterion="query")', '"""Title"""\n        assert 1 == 1', "message"),
        ('@pytest.mark.skip\n    @check(points=1, criterion="query")', '"""Title"""', "skip"),
        ("", '"""Title"""', "no check"),
    ],
)
def test_a_wrong_declaration_is_an_error_with_file_and_line(
    course: "SmallCourse", declaration: str, body: str, complaint: str
) -> None:
    with pytest.raises(CourseError, match=r"test_tiny\.py:\d+: ") as raised:
        course.grade(
            f"\n    {declaration}\n    def test_it(submission: Submission) -> None:\n        {body}\n"
        )
    assert complaint in str(raised.value)


def test_a_misspelt_need_is_told_with_the_one_that_is_near(course: "SmallCourse") -> None:
    other = GOOD.replace("test_good", "test_other")
    with pytest.raises(CourseError, match=r"needs 'test_goode', which is no check; did you mean test_good\?"):
        course.grade(GOOD + other.replace("points=4", 'points=4, needs="test_goode"'))


@pytest.mark.parametrize("parameter", ["submision: Submission", "redis: Redis"])
def test_an_unknown_fixture_is_an_error_and_never_none(course: "SmallCourse", parameter: str) -> None:
    rubric = f"""
    @check(points=1, criterion="query")
    def test_it({parameter}) -> None:
        \"\"\"Title\"\"\"
    """
    with pytest.raises(CourseError, match=parameter.partition(":")[0]):
        course.grade(rubric)


def test_a_rubric_that_cannot_be_imported_is_an_error(course: "SmallCourse") -> None:
    with pytest.raises(CourseError, match="no_such_module"):
        course.grade("\n    import no_such_module\n" + GOOD)


def test_parametrized_cases_split_the_points_exactly(course: "SmallCourse") -> None:
    rubric = """
    @pytest.mark.parametrize("case", ["a", "b", "c"])
    @check(points=10, criterion="query")
    def test_cases(submission: Submission, case: str) -> None:
        \"\"\"Cases\"\"\"
        assert submission.call("answer") == 42 or case != "b", "it should be 42"
    """
    result = course.grade(rubric, "def answer(): return 1")
    assert result.max_points == 10
    assert [check.check.points for check in result.checks] == [
        Decimal("3.34"),
        Decimal("3.33"),
        Decimal("3.33"),
    ]
    assert [check.outcome for check in result.checks] == [Outcome.PASSED, Outcome.FAILED, Outcome.PASSED]


@pytest.mark.parametrize("passes", [True, False])
def test_a_failing_teardown_reports_a_check_once_and_leaves_its_outcome(
    course: "SmallCourse", *, passes: bool
) -> None:
    rubric = f"""
    @pytest.fixture
    def broken():
        yield 1
        raise OSError("cannot clean up")

    @check(points=4, criterion="query")
    def test_it(submission: Submission, broken) -> None:
        \"\"\"Title\"\"\"
        assert {passes}, "as told"
    """
    (result,) = course.grade(rubric).checks
    assert result.outcome is (Outcome.PASSED if passes else Outcome.FAILED)
    assert "cannot clean up" in result.teacher_note


def test_a_failing_fixture_is_a_rubric_error_and_no_zero(course: "SmallCourse") -> None:
    rubric = """
    @pytest.fixture
    def broken():
        raise OSError("no data")

    @check(points=4, criterion="query")
    def test_it(submission: Submission, broken) -> None:
        \"\"\"Title\"\"\"
    """
    (result,) = course.grade(rubric).checks
    assert result.outcome is Outcome.UNGRADED
    assert "no data" in result.message


def test_awards_that_reach_the_full_points_are_a_rubric_error(course: "SmallCourse") -> None:
    rubric = """
    @check(points=4, criterion="query")
    def test_it(submission: Submission, award: Award) -> None:
        \"\"\"Title\"\"\"
        award(4, "all of it")
        assert submission.call("answer") == 0, "as told"
    """
    (result,) = course.grade(rubric).checks
    assert result.outcome is Outcome.UNGRADED


STUMBLES = """
    @check(points=4, criterion="query")
    def test_it(submission: Submission) -> None:
        \"\"\"Title\"\"\"
        assert submission.call("answer")["towel"] == 42, "as told"
"""


def test_a_rubric_that_stumbles_over_a_value_fails_the_student_if_the_reference_passes(
    course: "SmallCourse",
) -> None:
    (result,) = course.grade(STUMBLES, reference="def answer(): return {'towel': 42}").checks
    assert (result.outcome, result.cause, result.points) == (Outcome.FAILED, Cause.PROTOCOL, 0)
    assert "TypeError" in result.teacher_note
    assert "test_tiny.py:" in result.teacher_note


def test_a_rubric_that_stumbles_over_the_reference_too_is_ungraded(course: "SmallCourse") -> None:
    (result,) = course.grade(STUMBLES).checks
    assert result.outcome is Outcome.UNGRADED
    assert "test_tiny.py:" in result.message


@pytest.mark.parametrize("exit_", ["import sys; sys.exit()", "raise SystemExit(0)", "import os; os._exit(0)"])
def test_a_student_who_exits_fails_that_check_and_the_others_still_run(
    course: "SmallCourse", exit_: str
) -> None:
    rubric = (
        GOOD
        + """
    @check(points=6, criterion="query")
    def test_exits(submission: Submission) -> None:
        \"\"\"Exits\"\"\"
        assert submission.call("leave") is None, "leave() should give None"

    @check(points=6, criterion="query")
    def test_after(submission: Submission) -> None:
        \"\"\"After\"\"\"
        assert submission.call("answer") == 42, "it should be 42"
    """
    )
    result = course.grade(rubric, f"def answer(): return 42\ndef leave():\n    {exit_}\n")
    outcomes = [check.outcome for check in result.checks]
    assert outcomes == [Outcome.PASSED, Outcome.FAILED, Outcome.PASSED]


@pytest.mark.parametrize(
    "trick",
    [
        "import pytest; pytest.skip('no', allow_module_level=True)",
        "import pytest; pytest.exit('enough', returncode=0)",
        "import _pytest.runner; _pytest.runner.runtestprotocol = lambda *a, **k: []",
    ],
)
def test_a_student_who_uses_pytest_harms_himself_only(course: "SmallCourse", trick: str) -> None:
    result = course.grade(GOOD, f"{trick}\ndef answer(): return 41\n")
    assert (result.points, result.max_points, result.status) == (0, 4, Status.COMPLETE)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conftest.py", "def pytest_runtest_makereport(item, call): raise SystemExit(0)"),
        ("pytest.ini", "[pytest]\naddopts = --collect-only\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '--collect-only'\n"),
        ("tox.ini", "[pytest]\naddopts = --collect-only\n"),
        ("sitecustomize.py", "raise SystemExit(0)"),
    ],
)
def test_files_that_steer_pytest_are_without_effect(course: "SmallCourse", name: str, text: str) -> None:
    (course.root / "handed_in").mkdir(parents=True)
    (course.root / "handed_in" / name).write_text(text)
    assert course.grade(GOOD, "def answer(): return 41").points == 0
    assert course.grade(GOOD).points == 4


def test_environment_variables_of_pytest_are_without_effect(
    course: "SmallCourse", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -k nothing")
    assert course.grade(GOOD).points == 4


def test_a_conftest_of_a_folder_above_the_rubric_is_without_effect(course: "SmallCourse") -> None:
    (course.root / "rubrics").mkdir(parents=True)
    for folder in (course.root, course.root / "rubrics"):
        (folder / "conftest.py").write_text("def pytest_pyfunc_call(pyfuncitem): return True\n")
    assert course.grade(GOOD, "def answer(): return 41").points == 0
    assert course.grade(GOOD).points == 4


def test_a_conftest_within_the_rubric_serves_its_own_folder(course: "SmallCourse") -> None:
    one = GOOD.replace("(submission: Submission)", "(submission: Submission, wanted: int)")
    for folder, wanted in (("first", 42), ("second", 41)):
        inside = course.root / "rubrics" / "tiny" / folder
        inside.mkdir(parents=True)
        (inside / "conftest.py").write_text(
            f"import pytest\n@pytest.fixture\ndef wanted(): return {wanted}\n"
        )
        text = one.replace("test_good", f"test_{folder}").replace("== 42", "== wanted")
        (inside / f"test_{folder}.py").write_text(HEAD + dedent(text))
    assert [check.outcome for check in course.grade(GOOD).checks] == [
        Outcome.PASSED,
        Outcome.FAILED,
        Outcome.PASSED,
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root lists every folder")
def test_a_rubric_below_a_folder_that_cannot_be_listed_is_read(course: "SmallCourse") -> None:
    course.lab(GOOD)
    course.root.chmod(0o311)
    try:
        assert course.grade(GOOD).points == 4
    finally:
        course.root.chmod(0o700)

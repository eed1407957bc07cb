"""Each outcome and each cause, from a rubric and a submission that bring it about."""

from collections.abc import Callable
from decimal import Decimal
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from grader.results import Cause, CheckResult, Outcome, Status
from tests.checks.conftest import HEAD

if TYPE_CHECKING:
    from tests.checks.conftest import SmallCourse

GradeOne = Callable[..., CheckResult]

ASKS = """
    @check(points=6, criterion="query", hint="Think of Adams.", timeout_s=1)
    def test_answer(submission: Submission) -> None:
        \"\"\"The answer is right\"\"\"
        answer = submission.call("answer")
        assert answer == 42, f"answer() should give 42 and gave {answer!r}"
"""


def test_a_right_answer_has_all_points(grade_one: GradeOne) -> None:
    result = grade_one(ASKS)
    assert (result.outcome, result.points, result.cause) == (Outcome.PASSED, Decimal(6), None)
    assert result.check.title == "The answer is right"


@pytest.mark.parametrize(
    ("submission", "cause", "message"),
    [
        ("def answer(): return 41", Cause.ASSERTION, "answer() should give 42 and gave 41"),
        ("def answer(): raise KeyError('towel')", Cause.EXCEPTION, "towel"),
        ("def answer():\n    while True: pass", Cause.TIMEOUT, "answer did not finish within the 1 s"),
        ("import os\ndef answer(): os._exit(0)", Cause.CRASHED, "ended"),
        ("def answer(): return 'x' * (3 << 30)", Cause.MEMORY, "memory"),
        ("def answer():\n    while True: print('x' * 100_000)", None, ""),
        ("def other(): return 42", Cause.MISSING, "answer"),
        ("def answer(): return object()", Cause.PROTOCOL, "object"),
        ("def answer(): return 42\nthis is no Python", Cause.EXCEPTION, "syntax"),
    ],
)
def test_each_cause(grade_one: GradeOne, submission: str, cause: Cause | None, message: str) -> None:
    result = grade_one(ASKS, submission)
    assert (result.outcome, result.points) == (Outcome.FAILED, 0)
    assert result.cause is cause or (cause is None and result.cause in {Cause.OUTPUT, Cause.TIMEOUT})
    assert message.lower() in result.message.lower()
    assert result.check.hint == "Think of Adams."


def test_a_timeout_says_where_the_code_was(grade_one: GradeOne) -> None:
    result = grade_one(ASKS, "def answer():\n    while True:\n        pass\n")
    assert 'File "tiny.py", line 2, in answer' in result.traceback.replace("line 3", "line 2")


def test_a_traceback_has_the_students_frames_only(grade_one: GradeOne) -> None:
    result = grade_one(ASKS, "def answer():\n    return deep()\n\ndef deep():\n    return {}['towel']\n")
    assert "tiny.py" in result.traceback
    assert "in deep" in result.traceback
    assert "grader" not in result.traceback


def test_an_award_stays_when_the_check_fails_later(grade_one: GradeOne) -> None:
    rubric = """
        @check(points=6, criterion="query")
        def test_answer(submission: Submission, award: Award) -> None:
            \"\"\"The answer is right\"\"\"
            award(2, "it is a number")
            assert submission.call("answer") == 42, "it should be 42"
    """
    result = grade_one(rubric, "def answer(): return 41")
    assert (result.outcome, result.points, result.cause) == (Outcome.PARTIAL, Decimal(2), Cause.ASSERTION)


def test_a_pass_has_all_points_whatever_was_awarded(grade_one: GradeOne) -> None:
    rubric = """
        @check(points=6, criterion="query")
        def test_answer(submission: Submission, award: Award) -> None:
            \"\"\"The answer is right\"\"\"
            award(2, "it is a number")
    """
    assert grade_one(rubric).points == 6


CHAIN = """
    @check(points=5, criterion="load")
    def test_first(submission: Submission) -> None:
        \"\"\"First\"\"\"
        assert submission.call("answer") == 42, "it should be 42"

    @check(points=5, criterion="query", needs="test_first")
    def test_second(submission: Submission) -> None:
        \"\"\"Second\"\"\"

    @check(points=5, criterion="query", needs="test_second")
    def test_third(submission: Submission) -> None:
        \"\"\"Third\"\"\"
"""


def test_what_needs_a_failed_check_is_blocked_and_says_which(course: "SmallCourse") -> None:
    result = course.grade(CHAIN, "def answer(): return 1")
    assert [check.outcome for check in result.checks] == [Outcome.FAILED, Outcome.BLOCKED, Outcome.BLOCKED]
    assert "First" in result.checks[1].message
    assert (result.points, result.max_points, result.status) == (0, 15, Status.COMPLETE)


def test_a_blocked_check_does_not_disturb_the_next_in_another_file(course: "SmallCourse") -> None:
    course.lab(CHAIN)
    other = dedent(f"    @check{CHAIN.split('@check')[1]}").replace("first", "other").replace("== 42", "== 1")
    (course.root / "rubrics" / "tiny" / "test_with_another.py").write_text(HEAD + other)
    result = course.grade(CHAIN, "def answer(): return 1")
    outcomes = [check.outcome for check in result.checks]
    assert outcomes == [Outcome.FAILED, Outcome.BLOCKED, Outcome.BLOCKED, Outcome.PASSED]


def test_what_needs_an_ungraded_check_is_ungraded(course: "SmallCourse") -> None:
    rubric = CHAIN.replace('assert submission.call("answer") == 42, "it should be 42"', "raise KeyError(1)")
    result = course.grade(rubric)
    assert {check.outcome for check in result.checks} == {Outcome.UNGRADED}
    assert (result.max_points, result.status) == (15, Status.INCOMPLETE)


def test_checks_come_in_the_order_in_which_one_writes_a_solution(course: "SmallCourse") -> None:
    rubric = "".join(
        f"""
        @check(points=1, criterion="{criterion}", needs={needs!r})
        def test_{name}(submission: Submission) -> None:
            \"\"\"It is {name}\"\"\"
            assert submission.call("answer") == 42, "no"
        """
        for name, criterion, needs in (
            ("unsafe", "safety", None),
            ("found", "query", None),
            ("kept", "persistence", "test_stored"),
            ("stored", "load", None),
            ("also_found", "query", None),
            ("made", "schema", None),
        )
    )
    found = [result.check.id for result in course.grade(rubric).checks]
    assert found == ["test_made", "test_stored", "test_kept", "test_found", "test_also_found", "test_unsafe"]


def test_hidden_checks_are_left_out_of_a_self_check(course: "SmallCourse") -> None:
    rubric = ASKS.replace("timeout_s=1", "hidden=True") + ASKS.replace("test_answer", "test_visible")
    assert len(course.grade(rubric).checks) == 2
    course.visible_only = True
    (only,) = course.grade(rubric).checks
    assert only.check.id == "test_visible"


def test_the_same_submission_has_the_same_seed_and_another_has_another(course: "SmallCourse") -> None:
    course.seed = None  # type: ignore[assignment]  # the default, which no other test here wants
    first, again = course.grade(ASKS), course.grade(ASKS)
    other = course.grade(ASKS, "def answer(): return 42  # mine")
    assert first.seed == again.seed != other.seed

"""What a student gets to see."""

import json

from hypothesis import given, settings

from grader.reports import for_student
from grader.reports.audience import HIDDEN_MESSAGE
from grader.reports.record import to_json
from grader.results import LabResult
from tests.reports.sample_results import lab_results, typical


def test_a_hidden_check_says_how_it_ended_and_nothing_else() -> None:
    whole = next(check for check in typical().checks if check.check.hidden)
    shown = next(check for check in for_student(typical()).checks if check.check.hidden)
    assert (shown.check.id, shown.check.title, shown.check.criterion) == (
        whole.check.id,
        whole.check.title,
        whole.check.criterion,
    )
    assert (shown.outcome, shown.cause, shown.points, shown.check.points) == (
        whole.outcome,
        whole.cause,
        whole.points,
        whole.check.points,
    )
    assert shown.message == HIDDEN_MESSAGE
    assert (shown.traceback, shown.output, shown.check.hint, shown.teacher_note) == ("", "", "", "")


def test_no_value_of_a_hidden_check_is_in_the_students_record() -> None:
    whole, shown = (json.dumps(to_json(result)["checks"]) for result in (typical(), for_student(typical())))
    for canary in ("90000.5", "4711", "servers were replaced"):
        assert canary in whole
        assert canary not in shown


def test_visible_checks_keep_what_helps() -> None:
    for whole, shown in zip(typical().checks, for_student(typical()).checks, strict=True):
        if not whole.check.hidden:
            assert shown.check == whole.check
            assert (shown.message, shown.traceback, shown.output) == (
                whole.message,
                whole.traceback,
                whole.output,
            )
        assert shown.teacher_note == ""


@given(lab_results())
@settings(deadline=None)
def test_the_score_is_the_same_for_both(result: LabResult) -> None:
    shown = for_student(result)
    assert (shown.points, shown.max_points, shown.status) == (result.points, result.max_points, result.status)
    assert [(check.outcome, check.points) for check in shown.checks] == [
        (check.outcome, check.points) for check in result.checks
    ]
    assert for_student(shown) == shown

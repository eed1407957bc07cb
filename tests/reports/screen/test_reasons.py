"""Checks that fail for one reason."""

from dataclasses import replace

from grader.reports.screen.reasons import reasons_of
from grader.results import Cause
from tests.reports.sample_results import syntax_error, typical


def test_checks_with_the_same_message_and_traceback_have_one_reason() -> None:
    checks = syntax_error().checks
    other = replace(checks[3], traceback="another")
    reasons = reasons_of([*checks[:3], other, *checks[4:]])
    assert [len(reason.checks) for reason in reasons] == [7, 1]
    assert reasons[0].hints == tuple(f"hint {number}" for number in (1, 2, 3, 5, 6, 7, 8))


def test_where_slow_code_was_makes_no_other_reason() -> None:
    slow = [
        replace(check, cause=Cause.TIMEOUT, traceback=f"line {number}")
        for number, check in enumerate(syntax_error().checks)
    ]
    assert len(reasons_of(slow)) == 1


def test_a_hidden_check_is_never_put_with_a_visible_one() -> None:
    first, second = syntax_error().checks[:2]
    hidden = replace(second, check=replace(second.check, hidden=True))
    assert len(reasons_of([first, hidden])) == 2


def test_no_message_is_no_common_reason() -> None:
    silent = [replace(check, message="", traceback="") for check in typical().checks[:3]]
    assert [reason.first for reason in reasons_of(silent)] == silent

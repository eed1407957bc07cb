"""GitHub Classroom's format, read as its reporter reads it."""

import base64
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.reports.base import ReportOptions
from grader.reports.platforms.classroom import render
from grader.results import CheckResult, Criterion, LabResult, Outcome
from tests.reports.sample_results import (
    commanding,
    crowd,
    incomplete,
    lab_results,
    make_check,
    make_result,
    passed,
    typical,
)
from tests.reports.validators import check_report, is_command


def document(result: LabResult) -> Any:  # noqa: ANN401 (what JSON holds)
    return json.loads(base64.b64decode(render(result, ReportOptions()), validate=True))


def reported(result: LabResult) -> tuple[float, float] | None:
    """What the reporter sends: it adds doubles from the left, and sends nothing without a maximum."""
    data = document(result)
    if not data["max_score"]:
        return None
    points = 0.0
    for test in data["tests"]:
        points += test["score"]
    return points, data["max_score"]


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_whatever_students_write_the_reporter_can_read_it(result: LabResult) -> None:
    check_report("classroom", render(result, ReportOptions()))
    data = document(result)
    assert len(data["tests"]) == len(result.checks)
    for test, check in zip(data["tests"], result.checks, strict=True):
        assert test["status"] == {Outcome.PASSED: "pass", Outcome.UNGRADED: "error"}.get(
            check.outcome, "fail"
        )


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=60))
@example([1, 477, 853])  # the difference, added, is not the sum
@settings(deadline=None)
def test_the_reporter_adds_up_to_the_exact_points(cents: list[int]) -> None:
    checks = [
        passed(make_check(number, str(number), Criterion.LOAD, str(Decimal(cent) / 100)))
        for number, cent in enumerate(cents)
    ]
    assert reported(make_result(*checks)) == (sum(cents) / 100, sum(cents) / 100)


def test_tenths_that_binary_numbers_miss_are_mended() -> None:
    checks = [passed(make_check(number, str(number), Criterion.LOAD, "0.1")) for number in range(3)]
    assert 0.1 + 0.1 + 0.1 != 0.3
    assert reported(make_result(*checks)) == (0.3, 0.3)


def test_the_typical_result() -> None:
    data = document(typical())
    assert (data["version"], data["status"], data["max_score"]) == (1, "fail", 28.67)
    assert reported(typical()) == (14.5, 28.67)
    assert data["tests"][0] == {
        "name": "Connects to the database that is asked for",
        "status": "pass",
        "score": 2,
        "message": None,
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": 12,
    }
    assert data["tests"][2]["message"].startswith(
        "12 of 45 landings are left after the crash\n\nYour code pr"
    )
    assert "90000.5" not in str(data)


def test_all_passed_is_a_pass() -> None:
    checks: list[CheckResult] = [check for check in typical().checks if check.outcome is Outcome.PASSED]
    assert document(make_result(*checks))["status"] == "pass"


def test_an_incomplete_result_is_an_error_that_reports_no_points() -> None:
    assert document(incomplete())["status"] == "error"
    assert reported(incomplete()) is None


@pytest.mark.parametrize("result", [crowd(), crowd(100), crowd(99, text="\n" * 5000)])
def test_the_text_fits_into_an_environment_variable_and_keeps_its_sums(result: LabResult) -> None:
    check_report("classroom", render(result, ReportOptions()))
    assert reported(result) == (0, float(result.max_points))


def test_no_printed_line_is_a_command_to_githubs_runner() -> None:
    (test,) = document(commanding())["tests"]
    lines = [test["name"], *test["message"].split("\n")]
    assert len(lines) > 8
    assert not any(is_command(line) for line in lines)


def test_it_is_one_line_of_ascii() -> None:
    check_report("classroom", render(replace(typical(), title="漢"), ReportOptions()))

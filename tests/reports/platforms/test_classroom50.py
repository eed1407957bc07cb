"""Classroom 50's format: whole scores, and names that it accepts."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from grader.reports.base import ReportOptions
from grader.reports.platforms.classroom50 import render
from grader.results import Cause, CheckResult, Criterion, LabResult, Outcome
from tests.reports.sample_results import (
    crowd,
    incomplete,
    lab_results,
    make_check,
    make_result,
    passed,
    typical,
)
from tests.reports.validators import check_report


def document(result: LabResult) -> Any:  # noqa: ANN401 (what JSON holds)
    return json.loads(render(result, ReportOptions()))


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_once_stamped_it_is_valid_whatever_students_write(result: LabResult) -> None:
    check_report("classroom50", render(result, ReportOptions()))
    data = document(result)
    has_lost = any(check.outcome is not Outcome.PASSED for check in result.checks)
    assert (data["score"] < data["max-score"]) == (has_lost and data["max-score"] > 0)


def one(points: str, max_points: str) -> LabResult:
    check = make_check(1, "One", Criterion.LOAD, max_points)
    return make_result(
        CheckResult(check, Outcome.PARTIAL, Decimal(points), Cause.ASSERTION, "part"),
        passed(make_check(2, "Two", Criterion.LOAD, "4")),
    )


@pytest.mark.parametrize(
    ("points", "max_points", "score", "max_score"),
    [("3", "6", 7, 10), ("5.99", "6", 9, 10), ("2.55", "6.5", 65, 105), ("0.33", "3.34", 433, 734)],
)
def test_points_are_counted_in_units_that_make_every_maximum_whole(
    points: str, max_points: str, score: int, max_score: int
) -> None:
    data = document(one(points, max_points))
    assert (data["score"], data["max-score"]) == (score, max_score)
    assert data["tests"][0]["points"] == float(points)


def test_the_typical_result() -> None:
    data = document(typical())
    assert data["graded_at"] == "2026-01-31T12:30:15Z"
    assert data["tests"][0] == {
        "test-name": "Connects to the database that is asked for",
        "passed": True,
        "score": 200,
        "max-score": 200,
        "outcome": "passed",
        "criterion": "connect",
        "points": 2,
        "max-points": 2,
        "message": "",
    }
    assert "90000.5" not in str(data)


def test_an_incomplete_result_has_no_score() -> None:
    data = document(incomplete())
    assert (data["score"], data["max-score"]) == (0, 0)
    assert [test["outcome"] for test in data["tests"]] == ["passed", "passed", "ungraded", "ungraded"]


def test_at_most_a_hundred_tests() -> None:
    check_report("classroom50", render(crowd(1000), ReportOptions()))
    data = document(crowd(1000))
    assert len(data["tests"]) == 100
    assert data["tests"][-1]["test-name"] == "901 more checks"
    assert data["max-score"] == 7000

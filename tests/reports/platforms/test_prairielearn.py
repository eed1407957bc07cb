"""PrairieLearn's results.json."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from grader.reports.base import ReportOptions
from grader.reports.platforms.prairielearn import render
from grader.results import LabResult, Outcome, Status
from tests.reports.sample_results import crowd, incomplete, lab_results, typical
from tests.reports.validators import check_report


def document(result: LabResult) -> Any:  # noqa: ANN401 (what JSON holds)
    return json.loads(render(result, ReportOptions()))


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_the_score_is_a_share_and_full_only_if_all_passed(result: LabResult) -> None:
    check_report("prairielearn", render(result, ReportOptions()))
    data = document(result)
    assert data["gradable"] is (result.status is Status.COMPLETE)
    if data["gradable"]:
        assert (data["score"] == 1) == (result.points == result.max_points > 0)


def test_the_typical_result() -> None:
    data = document(typical())
    assert data["score"] == pytest.approx(14.5 / 28.67, abs=1e-12)
    assert data["message"].startswith("2 of 6 checks passed, 14.5 of 28.67 points.")
    assert data["tests"][5] == {
        "name": "Saves when it is told to",
        "description": "persistence",
        "points": 0,
        "max_points": 3.33,
        "message": "Your function raised redis.exceptions.ResponseError: syntax error",
        "output": '  File "solution.py", line 31, in save\n    rd.bgsave(schedule="now")\n'
        "redis.exceptions.ResponseError: syntax error",
    }
    assert "90000.5" not in str(data)


def test_an_incomplete_result_is_not_gradable_and_its_open_checks_are_neutral() -> None:
    data = document(incomplete())
    assert data["gradable"] is False
    assert data["format_errors"][0].startswith("This result is not complete and there is no score yet")
    neutral = [test["max_points"] == 0 for test in data["tests"]]
    assert neutral == [check.outcome is Outcome.UNGRADED for check in incomplete().checks]


@pytest.mark.parametrize("count", [3, 150, 300])
def test_it_is_never_larger_than_a_megabyte(count: int) -> None:
    content = render(crowd(count, text='\x00&"' * 700), ReportOptions())
    check_report("prairielearn", content)
    assert round(sum(test["max_points"] for test in json.loads(content)["tests"]), 2) == count * 7 / 100

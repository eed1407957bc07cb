"""Gradescope's results.json, held against what its specification says."""

import json
from typing import Any

from hypothesis import given, settings

from grader.reports.base import ReportOptions
from grader.reports.platforms.gradescope import render
from grader.results import LabResult, Outcome, Status
from tests.reports.sample_results import crowd, incomplete, lab_results, typical
from tests.reports.validators import check_report


def document(result: LabResult) -> Any:  # noqa: ANN401 (what JSON holds)
    return json.loads(render(result, ReportOptions()))


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_it_keeps_to_the_specification_whatever_students_write(result: LabResult) -> None:
    check_report("gradescope", render(result, ReportOptions()))
    data = document(result)
    assert ("score" in data) == (result.status is Status.COMPLETE)
    for test, check in zip(data["tests"], result.checks, strict=True):
        assert (test.get("status") == "passed") == (check.outcome is Outcome.PASSED)


def test_the_typical_result() -> None:
    data = document(typical())
    assert (data["score"], data["execution_time"], data["stdout_visibility"]) == (14.5, 3.5, "hidden")
    assert data["output"].startswith("2 of 6 checks passed, 14.5 of 28.67 points.")
    assert (data["extra_data"]["seed"], data["extra_data"]["lab"]) == (4711, "redis_meteorites")
    partial = data["tests"][2]
    assert (partial["score"], partial["max_score"], partial["status"]) == (2.5, 6, "failed")
    assert (partial["number"], partial["tags"]) == ("3", ["persistence"])
    assert partial["output"].startswith(
        "12 of 45 landings are left after the crash\n\nYour code printed (the "
    )
    assert partial["output"].endswith("\n\nHint: Redis keeps data in memory. When does it write to disk?")


def test_a_hidden_check_shows_its_points_and_leaves_the_total_visible() -> None:
    hidden = document(typical())["tests"][4]
    assert (hidden["visibility"], hidden["max_score"], hidden["tags"]) == (
        "visible",
        3.34,
        ["query", "hidden"],
    )
    assert hidden["output"] == "This check is hidden: it shows whether it passed, and no more."


def test_an_incomplete_result_has_no_score_anywhere_and_says_why() -> None:
    data = document(incomplete())
    assert not any("score" in test or "max_score" in test for test in data["tests"])
    assert "status" not in data["tests"][2]
    assert data["output"].startswith("This result is not complete and there is no score yet. 2 checks could")


def test_many_checks_keep_their_sum() -> None:
    check_report("gradescope", render(crowd(600), ReportOptions()))
    data = document(crowd(600))
    assert len(data["tests"]) == 500
    assert round(sum(test["max_score"] for test in data["tests"]), 2) == 42

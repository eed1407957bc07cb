"""CTRF against its published schema."""

import json
from typing import Any

from hypothesis import given, settings

from grader.reports.base import ReportOptions
from grader.reports.ci.ctrf import render
from grader.results import LabResult
from tests.reports.sample_results import incomplete, lab_results, typical
from tests.reports.validators import check_report


def document(result: LabResult) -> Any:  # noqa: ANN401 (what JSON holds)
    return json.loads(render(result, ReportOptions()))


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_a_report_is_valid_whatever_students_write(result: LabResult) -> None:
    check_report("ctrf", render(result, ReportOptions()))
    data = document(result)
    points = [test["extra"]["points"] for test in data["results"]["tests"]]
    assert points == [float(check.points) for check in result.checks]


def test_the_typical_report() -> None:
    data = document(typical())
    summary = data["results"]["summary"]
    assert (summary["start"], summary["stop"], summary["duration"]) == (1769862615123, 1769862618623, 3500)
    assert (summary["passed"], summary["failed"], summary["other"]) == (2, 4, 0)
    assert (summary["extra"]["points"], summary["extra"]["max_points"]) == (14.5, 28.67)
    assert data["results"]["tool"] == {"name": "dblab-grader", "version": "0.1.0"}
    partial, blocked, _, raised = data["results"]["tests"][2:]
    assert (partial["name"], partial["testId"]) == ("Landings survive a crash of the server", "test_3")
    assert (partial["status"], partial["rawStatus"], partial["duration"]) == ("failed", "partial", 500)
    assert (partial["suite"], partial["stdout"][-1]) == (
        ["redis_meteorites", "persistence"],
        "stored landing 199",
    )
    assert (blocked["status"], blocked["rawStatus"]) == ("failed", "blocked")
    assert "rd.bgsave" in raised["trace"]


def test_what_could_not_be_graded_is_neither_passed_nor_failed() -> None:
    data = document(incomplete())
    assert (data["results"]["summary"]["failed"], data["results"]["summary"]["other"]) == (0, 2)
    assert data["results"]["tests"][3]["rawStatus"] == "ungraded"

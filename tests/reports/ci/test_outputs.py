"""Outputs of a step."""

from hypothesis import given, settings

from grader.reports.base import ReportOptions
from grader.reports.ci.outputs import render
from grader.reports.platforms import classroom
from grader.results import LabResult
from tests.reports.sample_results import incomplete, lab_results, typical
from tests.reports.validators import check_report


def outputs(result: LabResult) -> dict[str, str]:
    lines = render(result, ReportOptions()).decode("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_the_typical_outputs() -> None:
    found = outputs(typical())
    assert found.pop("result").encode() == classroom.render(typical(), ReportOptions())
    assert found == {
        "lab": "redis_meteorites",
        "status": "complete",
        "score": "14.5/28.67",
        "points": "14.5",
        "max": "28.67",
        "percent": "50.57",
        "seed": "4711",
        "isolation": "confined",
    }


def test_an_incomplete_result_says_so() -> None:
    assert outputs(incomplete())["status"] == "incomplete"


@given(lab_results())
@settings(max_examples=50, deadline=None)
def test_each_line_is_one_output_whatever_a_student_writes(result: LabResult) -> None:
    check_report("outputs", render(result, ReportOptions()))

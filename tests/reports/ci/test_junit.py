"""JUnit XML against the schemas in use, and as other programs read it."""

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from junitparser import xunit2
from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from grader.reports.base import ReportOptions
from grader.reports.ci.junit import render
from grader.results import CheckResult, LabResult, Outcome
from tests.reports.sample_results import incomplete, lab_results, make_result, syntax_error, typical
from tests.reports.validators import check_report


def document(result: LabResult, *, strict: bool = False) -> Any:  # noqa: ANN401 (lxml has no types)
    return etree.fromstring(render(result, ReportOptions(strict=strict)))


def properties_of(element: Any) -> dict[str, str]:  # noqa: ANN401 (lxml has no types)
    return {item.get("name"): item.get("value") for item in element.findall("properties/property")}


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_a_strict_report_is_valid_whatever_students_write(result: LabResult) -> None:
    check_report("strict junit", render(result, ReportOptions(strict=True)))


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_only_the_properties_of_test_cases_go_beyond_jenkins_schema(result: LabResult) -> None:
    check_report("junit", render(result, ReportOptions()))


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_points_come_back_through_junitparser(result: LabResult) -> None:
    suites: list[Any] = list(xunit2.JUnitXml.fromstring(render(result, ReportOptions())))
    (suite,) = suites
    points = [{item.name: item.value for item in case.properties()} for case in suite]
    assert [Decimal(item["points"]) for item in points] == [check.points for check in result.checks]
    assert [Decimal(item["max_points"]) for item in points] == [check.check.points for check in result.checks]
    totals = {item.name: item.value for item in suite.properties()}
    assert (Decimal(totals["points"]), Decimal(totals["max_points"])) == (result.points, result.max_points)


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_every_check_has_the_one_child_that_its_outcome_asks_for(result: LabResult) -> None:
    for check, case in zip(result.checks, document(result).iter("testcase"), strict=True):
        verdicts = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        kind = "error" if check.outcome is Outcome.UNGRADED else "failure"
        assert verdicts == ([] if check.outcome is Outcome.PASSED else [kind])


def test_a_failure_without_a_message_still_counts() -> None:
    silent = [replace(check, message=" \n") for check in syntax_error().checks]
    assert document(make_result(*silent)).get("failures") == "8"


def test_the_typical_report_says_what_a_reader_looks_for() -> None:
    tree = document(typical())
    suite = tree.find("testsuite")
    assert dict(tree.attrib) == {
        "name": "redis_meteorites",
        "tests": "6",
        "failures": "4",
        "errors": "0",
        "time": "2.994",
    }
    assert "disabled" not in suite.attrib
    assert suite.get("timestamp") == "2026-01-31T12:30:15+00:00"
    assert properties_of(suite) == {
        "lab": "redis_meteorites",
        "status": "complete",
        "points": "14.5",
        "max_points": "28.67",
        "percent": "50.57",
        "seed": "4711",
        "backend": "local",
        "isolation": "confined",
        "grader_version": "0.1.0",
        "rubric_hash": "ab" * 32,
        "submission_hash": "cd" * 32,
        "services": "redis 8.2.3",
        "manual": "10 Style of the code",
        "manual_points": "10",
    }
    partial = suite.findall("testcase")[2]
    assert (partial.get("classname"), partial.get("name")) == ("redis_meteorites.persistence", "test_3")
    assert properties_of(partial) == {
        "title": "Landings survive a crash of the server",
        "criterion": "persistence",
        "outcome": "partial",
        "cause": "assertion",
        "points": "2.5",
        "max_points": "6",
        "hidden": "false",
        "hint": "Redis keeps data in memory. When does it write to disk?",
    }
    assert partial.find("failure").get("type") == "assertion"
    assert partial.find("failure").get("message") == "12 of 45 landings are left after the crash"
    assert (
        partial.find("failure").text.splitlines()[0]
        == "Landings survive a crash of the server (2.5 of 6 points)"
    )
    assert "stored landing 199" in partial.find("system-out").text
    blocked, _, raised = suite.findall("testcase")[3:]
    assert blocked.find("failure").get("type") == "blocked"
    assert raised.find("failure").get("type") == "exception"
    assert "rd.bgsave" in raised.find("failure").text


def test_times_are_always_there_with_three_decimals() -> None:
    for strict in (False, True):
        suite = document(typical(), strict=strict).find("testsuite")
        assert [case.get("time") for case in suite.findall("testcase")] == [
            "0.012",
            "0.012",
            "0.500",
            "0.000",
            "1.235",
            "1.235",
        ]
        assert suite.get("time") == "2.994"


def test_what_could_not_be_graded_is_an_error_and_no_failure() -> None:
    tree = document(incomplete())
    assert (tree.get("failures"), tree.get("errors")) == ("0", "2")
    assert [error.get("type") for error in tree.iter("error")] == ["ungraded", "ungraded"]
    assert properties_of(tree.find("testsuite"))["status"] == "incomplete"


def test_strict_keeps_totals_and_output_but_no_properties_of_test_cases() -> None:
    suite = document(typical(), strict=True).find("testsuite")
    assert suite.findall("testcase/properties") == []
    assert properties_of(suite)["points"] == "14.5"
    assert suite.get("timestamp") == "2026-01-31T12:30:15"
    assert "test_3:\nstored landing 0\n" in suite.find("system-out").text


@pytest.mark.parametrize(
    "text", ["\x1b[31m", "]]>", "<failure/>", "&amp;", "a\nb\tc", "\ud800\ufffe\0", "漢字 👩‍🚀"]
)
def test_text_arrives_as_it_was_or_visibly_escaped(text: str) -> None:
    base = syntax_error().checks[0]
    check: CheckResult = replace(
        base, message=f"<{text}>", output=text, check=replace(base.check, title=text)
    )
    case = document(make_result(check)).find("testsuite/testcase")
    shown = text.replace("\x1b", r"\x1b").replace("\ud800\ufffe\0", r"\ud800\ufffe\x00")
    assert case.find("failure").get("message") == f"<{shown}>"
    assert case.find("system-out").text == shown
    assert properties_of(case)["title"] == shown


def test_the_file_names_its_encoding_and_is_the_same_each_time() -> None:
    content = render(typical(), ReportOptions())
    assert content.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n")
    assert content.endswith(b"</testsuites>\n")
    assert content == render(typical(), ReportOptions())
    assert len(list(etree.iterparse(io.BytesIO(content)))) > 20

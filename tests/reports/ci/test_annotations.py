"""What GitHub's runner makes of the commands."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from grader.reports.base import ReportOptions
from grader.reports.ci.annotations import render
from grader.results import Cause, Criterion, LabResult, Outcome, Pattern
from tests.reports.sample_results import (
    TRACEBACK,
    commanding,
    failed,
    incomplete,
    lab_results,
    make_check,
    make_result,
    passed,
    syntax_error,
    typical,
)
from tests.reports.validators import check_report
from tests.reports.validators.ci import Annotation, annotations_of


def annotations(result: LabResult, folder: str = "") -> list[Annotation]:
    return list(annotations_of(render(result, ReportOptions(folder=folder))))


@given(lab_results())
@settings(max_examples=100, deadline=None)
def test_nothing_that_a_student_wrote_is_a_command_of_its_own(result: LabResult) -> None:
    check_report("annotations", render(result, ReportOptions()))


def test_text_that_looks_like_commands_is_shown_and_not_obeyed() -> None:
    check_report("annotations", render(commanding(), ReportOptions()))
    lines = render(commanding(), ReportOptions()).decode().splitlines()
    assert [line.split()[0] for line in lines] == ["::notice", "::notice", "::error"]
    assert "Autograding complete" in lines[-1]


def test_the_score_is_a_notice_and_each_reason_has_its_kind() -> None:
    found = annotations(typical())
    assert [one.kind for one in found] == ["notice", "error", "error", "warning"]
    assert found[0].properties == {"title": "Meteorite landings in Redis"}
    assert found[0].message == "14.5 of 28.67 points (50.57 %). Seed 4711."
    assert found[-1].properties["title"] == "Landings survive a crash of the server (2.5 of 6 points)"
    assert found[-1].message.endswith("Hint: Redis keeps data in memory. When does it write to disk?")


def test_a_traceback_marks_its_deepest_line_in_the_repository() -> None:
    marked = [one for one in annotations(typical(), "homework/redis") if "file" in one.properties]
    assert [(one.properties["file"], one.properties["line"]) for one in marked] == [
        ("homework/redis/solution.py", "31")
    ]


@pytest.mark.parametrize("name", ["/etc/passwd", "../other/solution.py", "a/../../b.py"])
def test_a_file_outside_the_submission_is_never_marked(name: str) -> None:
    traceback = TRACEBACK.replace("solution.py", name)
    check = failed(make_check(1, "Works", Criterion.LOAD, "5"), "no", traceback=traceback)
    assert "file" not in annotations(make_result(check))[-1].properties


def test_one_reason_of_many_checks_is_one_annotation() -> None:
    error = annotations(syntax_error())[1:]
    assert len(error) == 1
    assert error[0].properties == {
        "file": "solution.py",
        "line": "3",
        "title": "8 checks for the same reason",
    }
    assert "- Does its part 8" in error[0].message


def test_a_hidden_check_tells_nothing_even_of_a_teachers_result() -> None:
    assert typical().checks[4].check.hidden
    assert not any(
        "90000.5" in one.message or "4711 landings" in one.message for one in annotations(typical())
    )


@pytest.mark.parametrize(("count", "said"), [(10, 10), (11, 10), (300, 10)])
def test_github_takes_ten_of_a_kind(count: int, said: int) -> None:
    checks = (failed(make_check(n, f"Part {n}", Criterion.LOAD, "1"), f"reason {n}") for n in range(count))
    errors = [one for one in annotations(make_result(*checks)) if one.kind == "error"]
    assert len(errors) == said
    assert (errors[-1].properties["title"] == f"{count - 9} more checks") is (count > 10)


def test_what_could_not_be_graded_is_a_warning_and_nobodys_fault() -> None:
    found = annotations(incomplete())
    assert found[0].message.startswith("12 of 18 points (66.66 %) so far")
    assert {one.kind for one in found[1:]} == {"warning"}


def test_a_result_without_failures_is_its_score_alone() -> None:
    assert len(annotations(make_result(passed(make_check(1, "Works", Criterion.LOAD, "5"))))) == 1


def test_the_mistake_that_it_looks_like_is_a_notice() -> None:
    pattern = Pattern("This looks like a lost save.", "About saving")
    notice = annotations(replace(typical(), pattern=pattern))[1]
    assert (notice.kind, notice.properties["title"]) == ("notice", "What this looks like")
    assert notice.message == "This looks like a lost save.\nThe handout has more about it: About saving"


def test_a_very_long_message_is_cut() -> None:
    check = failed(make_check(1, "x" * 10_000, Criterion.LOAD, "5"), "y" * 100_000, cause=Cause.ASSERTION)
    assert len(render(make_result(check), ReportOptions())) < 10_000
    assert check.outcome is Outcome.FAILED

"""The list of checks as platforms of classes take it."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings

from grader.reports.audience import HIDDEN_MESSAGE
from grader.reports.platforms.rows import explain, rows_of, summary
from grader.results import Criterion, LabResult, Outcome
from tests.reports.sample_results import (
    commanding,
    incomplete,
    lab_results,
    make_check,
    make_result,
    passed,
    typical,
)
from tests.reports.validators import has_control, is_command


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_names_differ_are_short_and_hold_no_control_character(result: LabResult) -> None:
    rows = rows_of(result, most=3, name_bytes=30)
    names = [row.name for row in rows]
    assert len(set(names)) == len(names) == min(len(result.checks), 3)
    assert all(name and len(name.encode()) <= 30 and not has_control(name) for name in names)
    assert sum(row.points for row in rows) == result.points
    assert sum(row.max_points for row in rows) == result.max_points


def test_equal_titles_are_numbered() -> None:
    checks = [passed(replace(make_check(number, "Same", Criterion.LOAD, "1"))) for number in range(3)]
    assert [row.name for row in rows_of(make_result(*checks), most=10, name_bytes=10)] == [
        "Same",
        "Same (2)",
        "Same (3)",
    ]


def test_a_number_fits_into_the_limit_too() -> None:
    checks = [passed(make_check(number, "é" * 50, Criterion.LOAD, "1")) for number in range(2)]
    first, second = (row.name for row in rows_of(make_result(*checks), most=10, name_bytes=20))
    assert (first, second) == ("é" * 8 + "…", "é" * 6 + "… (2)")


def test_what_finds_no_room_is_one_row_that_keeps_the_sums() -> None:
    *_, last = rows_of(typical(), most=3, name_bytes=100)
    assert (last.name, last.points, last.max_points) == ("4 more checks", Decimal("2.5"), Decimal("16.67"))
    assert (last.outcome, last.message) == (Outcome.PARTIAL, "0 of 4 passed")


def test_hidden_checks_stay_hidden_even_in_the_teachers_result() -> None:
    (hidden,) = (row for row in rows_of(typical(), most=10, name_bytes=100) if row.is_hidden)
    assert explain(hidden, 1000) == HIDDEN_MESSAGE


def test_no_line_is_a_command_to_githubs_runner() -> None:
    (row,) = rows_of(commanding(), most=10, name_bytes=100)
    lines = [row.name, *explain(row, 1000).split("\n")]
    assert len(lines) > 8
    assert not any(is_command(line) for line in lines)


def test_the_summary_of_an_incomplete_result_blames_nobody() -> None:
    lines = summary(typical()).split("\n")
    assert lines[0] == "2 of 6 checks passed, 14.5 of 28.67 points."
    assert lines[2] == "- 10 more points are given by hand: Style of the code"
    assert lines[3].startswith("- Ignored: .git")
    assert "no score yet. 2 checks could not be graded. This is not your fault" in summary(incomplete())

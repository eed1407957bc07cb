"""Points arithmetic."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.results import Check, CheckResult, Criterion, Outcome, Status
from grader.scoring import (
    by_criterion,
    parse_points,
    percent,
    points_text,
    settle,
    split_points,
    status_of,
    total,
)


def result(
    outcome: Outcome, points: str, possible: str, criterion: Criterion = Criterion.LOAD
) -> CheckResult:
    return CheckResult(Check("test_x", "X", criterion, Decimal(possible)), outcome, Decimal(points))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (6, "6.00"),
        (2.5, "2.50"),
        (0.1, "0.10"),
        ("3.34", "3.34"),
        (Decimal("1.1"), "1.10"),
        (0, "0.00"),
        (-0.0, "0.00"),
    ],
)
def test_points_are_read_exactly(value: object, expected: str) -> None:
    assert str(parse_points(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        1.005,
        "0.001",
        -1,
        "-0.01",
        float("nan"),
        "NaN",
        "sNaN",
        float("inf"),
        "1e999999",
        1_000_001,
        "six",
        "",
        True,
        None,
        pytest.param(10**5000, id="thousands of digits"),
        [],
    ],
)
def test_what_is_no_number_of_points_is_refused(value: object) -> None:
    with pytest.raises(CourseError, match="points"):
        parse_points(value)


def test_points_are_shared_among_cases_to_the_last_hundredth() -> None:
    assert split_points(Decimal(10), 3) == (Decimal("3.34"), Decimal("3.33"), Decimal("3.33"))
    assert split_points(Decimal(6), 3) == (Decimal(2), Decimal(2), Decimal(2))


@given(st.integers(0, 1_000_000), st.integers(1, 500))
@settings(deadline=None)
def test_shares_are_nearly_equal_and_add_up(cents: int, cases: int) -> None:
    points = Decimal(cents) / 100
    if 0 < cents < cases:
        with pytest.raises(CourseError, match="worth nothing"):
            split_points(points, cases)
        return
    shares = split_points(points, cases)
    assert len(shares) == cases
    assert sum(shares) == points
    assert max(shares) - min(shares) <= Decimal("0.01")
    assert sorted(shares, reverse=True) == list(shares)


def test_no_cases_is_an_error_of_the_rubric() -> None:
    with pytest.raises(CourseError, match="no cases"):
        split_points(Decimal(5), 0)


def test_a_passed_check_earns_all_its_points_whatever_was_awarded() -> None:
    assert settle(Decimal(6), passed=True, awards=[]) == (Outcome.PASSED, Decimal(6))
    assert settle(Decimal(6), passed=True, awards=[Decimal(2)]) == (Outcome.PASSED, Decimal(6))
    assert settle(Decimal(6), passed=True, awards=[Decimal(9)]) == (Outcome.PASSED, Decimal(6))


def test_a_failed_check_keeps_its_awards() -> None:
    assert settle(Decimal(6), passed=False, awards=[]) == (Outcome.FAILED, Decimal(0))
    assert settle(Decimal(6), passed=False, awards=[Decimal("1.5"), Decimal(2)]) == (
        Outcome.PARTIAL,
        Decimal("3.5"),
    )


@pytest.mark.parametrize("awards", [["6"], ["5", "1"], ["7"], ["5", "-1"]])
def test_awards_never_make_failing_free(awards: list[str]) -> None:
    with pytest.raises(CourseError, match="award"):
        settle(Decimal(6), passed=False, awards=[Decimal(award) for award in awards])


def test_every_check_counts_in_the_total() -> None:
    tally = total(
        [
            result(Outcome.PASSED, "0.1", "0.1"),
            result(Outcome.PARTIAL, "0.2", "5"),
            result(Outcome.UNGRADED, "0", "4"),
            result(Outcome.BLOCKED, "0", "3"),
        ]
    )
    assert (tally.points, tally.max_points) == (Decimal("0.3"), Decimal("12.1"))
    assert tally.counts == {
        Outcome.PASSED: 1,
        Outcome.PARTIAL: 1,
        Outcome.FAILED: 0,
        Outcome.BLOCKED: 1,
        Outcome.UNGRADED: 1,
    }


def test_criteria_stand_in_their_declared_order() -> None:
    tallies = by_criterion(
        [
            result(Outcome.PASSED, "1", "1", Criterion.QUALITY),
            result(Outcome.FAILED, "0", "2", Criterion.CONNECT),
            result(Outcome.PASSED, "4", "4", Criterion.QUALITY),
        ]
    )
    assert [(criterion, tally.points, tally.max_points) for criterion, tally in tallies.items()] == [
        (Criterion.CONNECT, Decimal(0), Decimal(2)),
        (Criterion.QUALITY, Decimal(5), Decimal(5)),
    ]


def test_percent_is_rounded_down() -> None:
    assert percent(Decimal(2), Decimal(3)) == Decimal("66.66")
    assert percent(Decimal("999999.99"), Decimal(1_000_000)) == Decimal("99.99")
    assert percent(Decimal(7), Decimal(7)) == 100
    assert percent(Decimal(0), Decimal(0)) == 0


@given(st.integers(0, 10_000), st.integers(1, 10_000))
@settings(deadline=None)
def test_a_hundred_percent_means_all(earned: int, possible: int) -> None:
    share = percent(Decimal(min(earned, possible)) / 100, Decimal(possible) / 100)
    assert (share == 100) == (earned >= possible)


def test_one_ungraded_check_makes_a_result_incomplete() -> None:
    passed, failed = result(Outcome.PASSED, "1", "1"), result(Outcome.FAILED, "0", "1")
    assert status_of([passed, failed]) is Status.COMPLETE
    assert status_of([passed, result(Outcome.UNGRADED, "0", "1"), failed]) is Status.INCOMPLETE


@pytest.mark.parametrize(
    ("points", "text"), [("10", "10"), ("100.00", "100"), ("2.50", "2.5"), ("3.34", "3.34"), ("0", "0")]
)
def test_points_are_written_without_idle_zeros(points: str, text: str) -> None:
    assert points_text(Decimal(points)) == text

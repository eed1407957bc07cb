"""What a batch says about each check."""

from dataclasses import replace
from decimal import Decimal

from grader.reports.html.tally import checks_of, hurdles
from grader.results import Cause, CheckResult, Criterion, Outcome
from tests.reports.sample_results import failed, make_check, make_result, passed

CHECK = make_check(1, "Loads", Criterion.LOAD, "4")
OTHER = make_check(2, "Queries", Criterion.QUERY, "4")
PARTIAL = CheckResult(CHECK, Outcome.PARTIAL, Decimal(1), Cause.TIMEOUT)
UNGRADED = CheckResult(CHECK, Outcome.UNGRADED, Decimal(0))


def test_checks_stand_in_the_rubrics_order_once() -> None:
    results = [make_result(passed(CHECK), passed(OTHER)), make_result(failed(CHECK, "")), make_result()]
    assert checks_of(results) == [CHECK, OTHER]


def test_what_could_not_be_graded_counts_neither_for_nor_against_a_check() -> None:
    results = [make_result(end) for end in (passed(CHECK), failed(CHECK, "no"), PARTIAL, UNGRADED)]
    (hurdle,) = hurdles(results, [CHECK])
    assert hurdle.passed == 33.3
    assert hurdle.missed == 2
    assert hurdle.mean_points == Decimal("1.67")
    assert sum(segment.count for segment in hurdle.segments) == 4


def test_the_most_frequent_causes_are_named() -> None:
    ends = [
        replace(failed(CHECK, ""), cause=cause)
        for cause in [Cause.CRASHED] * 3 + [Cause.MEMORY] * 2 + [Cause.OUTPUT]
    ]
    (hurdle,) = hurdles([make_result(end) for end in ends], [CHECK])
    assert hurdle.causes == "process ended 3, out of memory 2"


def test_a_check_that_nobody_was_decided_on_has_no_mean() -> None:
    (hurdle,) = hurdles([make_result(UNGRADED)], [CHECK])
    assert (hurdle.passed, hurdle.missed, hurdle.mean_points) == (0.0, 0, 0)

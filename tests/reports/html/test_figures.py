"""Figures as numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.html.figures import Strip, histogram, share, stack
from grader.results import Criterion, Outcome
from tests.reports.sample_results import make_check


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(1, 3, 33.3), (0, 0, 0.0), (5, 0, 0.0), (7, 5, 100.0), (-1, 5, 0.0)]
)
def test_a_share_stays_within_the_bar(part: int, whole: int, percent: float) -> None:
    assert share(Decimal(part), Decimal(whole)) == percent


@given(st.dictionaries(st.sampled_from(Outcome), st.integers(0, 1000)))
def test_a_stack_is_full_and_its_pieces_meet(counts: dict[Outcome, int]) -> None:
    segments = stack(counts)
    assert sum(segment.count for segment in segments) == sum(counts.values())
    ends = [0.0]
    for segment in segments:
        assert segment.start == pytest.approx(ends[-1], abs=0.11)
        ends.append(segment.start + segment.width)
    if segments:
        assert ends[-1] == pytest.approx(100, abs=0.11)


def test_what_occurs_is_never_nothing() -> None:
    shares = [segment.share for segment in stack({Outcome.PASSED: 2999, Outcome.FAILED: 1})]
    assert shares == ["100 %", "< 0.1 %"]
    assert [segment.share for segment in stack({Outcome.PASSED: 1, Outcome.FAILED: 2})] == [
        "33.3 %",
        "66.7 %",
    ]


def test_a_histogram_counts_and_its_highest_bar_is_full() -> None:
    assert [(bar.count, bar.height) for bar in histogram([0, 2, 2, 2, 1, 1], 4)] == [
        (1, 33.3),
        (2, 66.7),
        (3, 100.0),
        (0, 0.0),
    ]


def test_a_strip_draws_one_mark_for_each_check_that_took_part() -> None:
    checks = [make_check(number, "", Criterion.LOAD, "1") for number in range(4)]
    strip = Strip(checks)
    drawn = dict(strip.paths([Outcome.PASSED, Outcome.FAILED, None, Outcome.PASSED]))
    assert set(drawn) == {"p", "f"}
    assert [mark.split()[0] for mark in drawn["p"].split("M")[1:]] == [
        str(strip.centers[0]),
        str(strip.centers[3]),
    ]
    assert drawn["f"].startswith(f"M{strip.centers[1]} ")


def test_marks_differ_in_shape_and_not_only_in_colour() -> None:
    assert len({Strip.sample(outcome) for outcome in Outcome}) == len(Outcome)


def test_there_is_more_room_where_the_criterion_changes() -> None:
    kinds = [Criterion.CONNECT, Criterion.LOAD, Criterion.LOAD]
    first, second, third = Strip([make_check(1, "", kind, "1") for kind in kinds]).centers
    assert second - first > third - second


def test_a_rubric_without_checks_has_an_empty_strip() -> None:
    assert Strip([]).width == 0
    assert Strip([]).paths([]) == ()

"""What lateness costs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.late import Lateness, Punctuality, deduction, lateness_of
from grader.deadlines import Deadline, LatePolicy, LateUnit, PercentOf
from tests.batch.sample_journal import DUE, handed_in

DAILY = LatePolicy(percent=Decimal(10), grace=timedelta(minutes=10), cap_percent=Decimal(35), drop_after=5)
POINTS = st.decimals(0, 10_000, places=2)


def measured(late: timedelta, policy: LatePolicy = DAILY) -> Lateness:
    return lateness_of(handed_in("a", late=late), "a", Deadline(DUE, {}, policy))


@pytest.mark.parametrize(
    ("late", "units", "percent"),
    [
        (timedelta(minutes=11), 1, 10),
        (timedelta(days=1), 1, 10),
        (timedelta(days=1, microseconds=1), 2, 20),
        (timedelta(days=3, hours=1), 4, 35),
        (timedelta(days=5), 5, 35),
    ],
)
def test_a_begun_unit_counts_whole_up_to_the_cap(late: timedelta, units: int, percent: int) -> None:
    assert measured(late) == Lateness(Punctuality.LATE, units, LateUnit.DAY, Decimal(percent))


@pytest.mark.parametrize("late", [timedelta(days=-3), timedelta(0), timedelta(minutes=10)])
def test_what_is_within_the_grace_is_on_time(late: timedelta) -> None:
    assert measured(late).punctuality is Punctuality.ON_TIME
    assert deduction(measured(late), Decimal(10), Decimal(10)) == 0


def test_hours_count_as_days_do() -> None:
    assert measured(timedelta(minutes=61), LatePolicy(LateUnit.HOUR, Decimal(1))).units == 2


def test_what_is_not_accepted_any_more_loses_everything() -> None:
    late = measured(timedelta(days=5, seconds=1))
    assert late.punctuality is Punctuality.TOO_LATE
    assert deduction(late, Decimal("7.77"), Decimal(10)) == Decimal("7.77")


def test_an_extension_is_one_students() -> None:
    deadline = Deadline(DUE, {"a": DUE + timedelta(days=7)}, DAILY)
    hand_in = handed_in("group", "a", "b", late=timedelta(days=2))
    assert lateness_of(hand_in, "a", deadline).is_late is False
    assert lateness_of(hand_in, "b", deadline).is_late is True


def test_the_time_holds_and_not_the_mark() -> None:
    hand_in = handed_in("a", late=timedelta(0), is_late=True)
    assert lateness_of(hand_in, "a", Deadline(DUE, {}, DAILY)).is_late is False


@pytest.mark.parametrize(
    ("mark", "policy", "punctuality"),
    [
        (True, DAILY, Punctuality.UNDECIDED),
        (True, LatePolicy(flat_percent=Decimal(20)), Punctuality.LATE),
        (True, None, Punctuality.LATE),
        (False, DAILY, Punctuality.ON_TIME),
        (None, DAILY, Punctuality.UNKNOWN),
    ],
)
def test_without_a_time_the_mark_holds(
    *, mark: bool | None, policy: LatePolicy | None, punctuality: Punctuality
) -> None:
    late = lateness_of(handed_in("a", is_late=mark), "a", Deadline(DUE, {}, policy))
    assert late.punctuality is punctuality
    assert late.percent == (policy.flat_percent if policy and policy.flat_percent else 0)


def test_a_deduction_is_of_what_the_policy_says_and_rounded_down() -> None:
    possible = Lateness(Punctuality.LATE, 1, percent=Decimal("3.33"))
    earned = Lateness(Punctuality.LATE, 1, percent=Decimal("3.33"), percent_of=PercentOf.EARNED)
    assert deduction(possible, Decimal(5), Decimal(10)) == Decimal("0.33")
    assert deduction(earned, Decimal(5), Decimal(10)) == Decimal("0.16")


@given(POINTS, POINTS, st.decimals(0, 100, places=2), st.sampled_from(PercentOf))
def test_nobody_ends_below_zero_and_hundredths_stay_exact(
    points: Decimal, more: Decimal, percent: Decimal, of: PercentOf
) -> None:
    lost = deduction(Lateness(Punctuality.LATE, 1, percent=percent, percent_of=of), points, points + more)
    assert 0 <= lost <= points
    assert lost == round(lost, 2)

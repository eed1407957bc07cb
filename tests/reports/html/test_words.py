"""Words and numbers on pages."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from grader.reports.html.words import CAUSES, OUTCOMES, how_many, moment, seconds
from grader.results import Cause, Outcome


@pytest.mark.parametrize(
    ("duration_s", "says"),
    [
        (0.0, "0 ms"),
        (0.0123, "12 ms"),
        (1.234, "1.23 s"),
        (12.34, "12.3 s"),
        (125.2, "2 min 5 s"),
        (119.9, "2 min 0 s"),
    ],
)
def test_durations_have_the_digits_that_matter(duration_s: float, says: str) -> None:
    assert seconds(duration_s) == says


def test_one_is_singular() -> None:
    assert [how_many(count, "check") for count in (0, 1, 2, 1234)] == [
        "0 checks",
        "1 check",
        "2 checks",
        "1,234 checks",
    ]


def test_a_moment_says_its_offset() -> None:
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    assert moment(at) == "4 March 2026, 05:06 UTC"
    assert (
        moment(at.astimezone(timezone(timedelta(hours=-3, minutes=-30)))) == "4 March 2026, 01:36 UTC-03:30"
    )


def test_every_outcome_and_cause_has_words_and_no_two_share_a_sign() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(CAUSES) == set(Cause)
    assert len({wording.sign for wording in OUTCOMES.values()}) == len(Outcome)
    assert len({wording.letter for wording in OUTCOMES.values()}) == len(Outcome)

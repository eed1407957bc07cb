"""Lateness: how late a hand-in is, and what that costs; exact, in hundredths of a point."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from grader.batch.journal import HandedIn
from grader.deadlines import Deadline, LatePolicy, LateUnit, PercentOf

__all__ = ["Lateness", "Punctuality", "deduction", "lateness_of"]

_CENT = Decimal("0.01")


class Punctuality(StrEnum):
    """Whether something was handed in on time."""

    ON_TIME = "on_time"
    """In time, or within the grace."""
    LATE = "late"
    """Late, and what it costs is known."""
    TOO_LATE = "too_late"
    """So late that it is not accepted."""
    UNDECIDED = "undecided"
    """Marked as late, and nobody knows by how much: a person must decide."""
    UNKNOWN = "unknown"
    """Neither a time nor a mark: nothing is deducted."""


@dataclass(frozen=True)
class Lateness:
    """How late a hand-in is.

    Attributes:
        units: How many begun units; 0 if it is not late, or nobody knows how late.
        percent: What is deducted, of what the policy says.
    """

    punctuality: Punctuality
    units: int = 0
    unit: LateUnit = LateUnit.DAY
    percent: Decimal = Decimal(0)
    percent_of: PercentOf = PercentOf.POSSIBLE

    @property
    def is_late(self) -> bool | None:
        """Whether it is late; None if nobody knows."""
        if self.punctuality is Punctuality.UNKNOWN:
            return None
        return self.punctuality is not Punctuality.ON_TIME


def lateness_of(hand_in: HandedIn, student: str, deadline: Deadline) -> Lateness:
    """How late it is for this student: by its time if there are both times, else as its source marks it."""
    due = deadline.due_for(student)
    policy = deadline.policy
    if due is not None and hand_in.submitted_at is not None:
        return _measured(hand_in.submitted_at, due, policy or LatePolicy())
    if hand_in.is_late is None:
        return Lateness(Punctuality.UNKNOWN)
    if not hand_in.is_late:
        return Lateness(Punctuality.ON_TIME)
    if policy is None:
        return Lateness(Punctuality.LATE)
    if policy.flat_percent is None:
        return Lateness(Punctuality.UNDECIDED)
    return Lateness(Punctuality.LATE, 0, policy.unit, policy.flat_percent, policy.percent_of)


def _measured(submitted_at: datetime, due: datetime, policy: LatePolicy) -> Lateness:
    behind = submitted_at - due
    if behind <= policy.grace:
        return Lateness(Punctuality.ON_TIME)
    units = -(-behind // policy.unit.length)  # a begun one counts whole
    if policy.drop_after is not None and units > policy.drop_after:
        return Lateness(Punctuality.TOO_LATE, units, policy.unit)
    percent = min(units * policy.percent, policy.cap_percent)
    return Lateness(Punctuality.LATE, units, policy.unit, percent, policy.percent_of)


def deduction(lateness: Lateness, points: Decimal, max_points: Decimal) -> Decimal:
    """What lateness takes away, rounded down to hundredths and never more than there is.

    Args:
        points: All that the student has earned.
        max_points: All that could be earned.
    """
    if lateness.punctuality is Punctuality.TOO_LATE:
        return points
    base = max_points if lateness.percent_of is PercentOf.POSSIBLE else points
    cents = int(base * 100) * int(lateness.percent * 100) // 10_000
    return min(cents * _CENT, points)

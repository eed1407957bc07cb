"""What pages call things, and how they write numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from grader.results import Cause, Outcome

__all__ = ["CAUSES", "OUTCOMES", "Wording", "how_many", "moment", "seconds"]


@dataclass(frozen=True)
class Wording:
    """How an outcome is shown.

    Attributes:
        sign: One character; never alone, since not everybody sees it.
        letter: One ASCII letter, unlike all others.
        says: What follows "the check".
    """

    sign: str
    letter: str
    says: str


OUTCOMES: Mapping[Outcome, Wording] = MappingProxyType(
    {
        Outcome.PASSED: Wording("✓", "p", "passed"),
        Outcome.PARTIAL: Wording("◐", "a", "partly passed"),
        Outcome.FAILED: Wording("✗", "f", "failed"),
        Outcome.BLOCKED: Wording("·", "b", "not started"),
        Outcome.UNGRADED: Wording("?", "u", "not graded"),
    }
)

CAUSES: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.ASSERTION: "not as expected",
        Cause.EXCEPTION: "exception",
        Cause.TIMEOUT: "out of time",
        Cause.CRASHED: "process ended",
        Cause.MEMORY: "out of memory",
        Cause.OUTPUT: "printed too much",
        Cause.MISSING: "missing",
        Cause.PROTOCOL: "unusable value",
    }
)

_MINUTE_S = 60


def seconds(duration_s: float) -> str:
    """A duration with the digits that matter: `12 ms`, `1.23 s`, `2 min 5 s`."""
    if duration_s < 1:
        return f"{duration_s * 1000:.0f} ms"
    if duration_s < _MINUTE_S:
        return f"{duration_s:.2f} s" if duration_s < 10 else f"{duration_s:.1f} s"  # noqa: PLR2004 (three digits)
    minutes, rest = divmod(round(duration_s), _MINUTE_S)
    return f"{minutes} min {rest} s"


def how_many(count: int, noun: str) -> str:
    """A number with its noun, as `1 check` or `2 checks`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def moment(at: datetime) -> str:
    """A moment as it stands in the record, to the minute and with its offset from UTC."""
    offset = at.strftime("%z")
    zone = " UTC" if offset in {"", "+0000"} else f" UTC{offset[:3]}:{offset[3:5]}"
    return f"{at.day} {at:%B %Y, %H:%M}{zone}"

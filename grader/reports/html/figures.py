"""Figures as numbers for SVG: bars, histograms, and strips of outcomes. No text of anybody's passes here.

The templates draw these figures, and no chart library does: they are bars and squares, their labels stay
text, which flows on a telephone, is read aloud, found and copied, their colours follow the reader's theme,
and nothing has to be built or loaded to show them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.reports.html.words import OUTCOMES
from grader.results import Check, Outcome

__all__ = ["Bin", "Segment", "Strip", "histogram", "share", "stack"]

_STEP = 12
_WIDEST = 640
_MARKS = {
    Outcome.PASSED: "2v12",
    Outcome.PARTIAL: "8v8",
    Outcome.FAILED: "0v16",
    Outcome.BLOCKED: "7v2",
    Outcome.UNGRADED: "0v4m0 3v2m0 3v4",
}
"""Where a mark begins and how it goes down: no two outcomes differ by colour alone."""


def share(part: Decimal | float, whole: Decimal | float) -> float:
    """The part in percent of the whole, to a tenth, within 0 and 100; of nothing, 0."""
    if not whole:
        return 0.0
    return min(100.0, max(0.0, round(float(part) / float(whole) * 100, 1)))


@dataclass(frozen=True)
class Segment:
    """A piece of a stacked bar.

    Attributes:
        start: In percent of the bar.
        width: In percent of the bar.
    """

    outcome: Outcome
    count: int
    start: float
    width: float

    @property
    def share(self) -> str:
        """What it is of the whole, in words: what occurs is never nothing."""
        return f"{self.width:g} %" if self.width else "< 0.1 %"


def stack(counts: Mapping[Outcome, int]) -> tuple[Segment, ...]:
    """A bar of all outcomes that occur, in the order in which they are declared."""
    whole = sum(counts.values())
    segments: list[Segment] = []
    done = 0
    for outcome in Outcome:
        if count := counts.get(outcome, 0):
            segments.append(Segment(outcome, count, share(done, whole), share(count, whole)))
        done += count
    return tuple(segments)


@dataclass(frozen=True)
class Bin:
    """A bar of a histogram.

    Attributes:
        height: In percent of the highest.
    """

    index: int
    count: int
    height: float


def histogram(indices: Iterable[int], bins: int) -> tuple[Bin, ...]:
    """How often each index below `bins` occurs."""
    counts = [0] * bins
    for index in indices:
        counts[index] += 1
    highest = max(counts, default=0)
    return tuple(Bin(index, count, share(count, highest)) for index, count in enumerate(counts))


class Strip:
    """A row of marks, one for each check of the rubric, drawn with one path for each outcome.

    Attributes:
        width: Of the whole strip, in its own units.
        widest: In pixels, where there is room.
        mark_width: Of a mark, in its own units.
        centers: The middle of each mark.
    """

    def __init__(self, checks: Sequence[Check]) -> None:
        self.mark_width = _STEP - 2
        self.centers = tuple(self._centers(checks))
        self.width = (self.centers[-1] + _STEP // 2) if self.centers else 0
        self.widest = min(self.width * 2, _WIDEST)

    @staticmethod
    def sample(outcome: Outcome) -> str:
        """The path of a single mark, for a legend 12 wide."""
        return f"M6 {_MARKS[outcome]}"

    @staticmethod
    def _centers(checks: Sequence[Check]) -> Iterator[int]:
        """A little more room where the criterion changes, so that the eye finds its way."""
        at = _STEP // 2
        for number, check in enumerate(checks):
            if number and check.criterion is not checks[number - 1].criterion:
                at += _STEP // 3
            yield at
            at += _STEP

    def paths(self, outcomes: Sequence[Outcome | None]) -> tuple[tuple[str, str], ...]:
        """The letter of each outcome that occurs, and the path of its marks."""
        drawn: dict[Outcome, list[str]] = {}
        for center, outcome in zip(self.centers, outcomes, strict=True):
            if outcome is not None:
                drawn.setdefault(outcome, []).append(f"M{center} {_MARKS[outcome]}")
        return tuple((OUTCOMES[outcome].letter, "".join(marks)) for outcome, marks in drawn.items())

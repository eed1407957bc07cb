"""What is said before and after a batch: what was found, and what came of it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from grader.batch.journal import Fault
from grader.batch.plan import results_by_key
from grader.batch.run import Batch
from grader.reports.screen.page import Page, how_many
from grader.reports.text import one_line
from grader.results import Status
from grader.scoring import points_text

if TYPE_CHECKING:
    from grader.batch.publish import Published

__all__ = ["Summary", "print_findings", "summarize"]

_LISTED = 20
"""How many of a kind are listed before the rest is only counted."""


def print_findings(batch: Batch, console: Console) -> None:
    """Says what was found, what is refused, and what nobody could make anything of."""
    page = Page(console)
    found = how_many(len(batch.collected.hand_ins), "submission")
    older = f" and {how_many(len(batch.collected.older), 'older attempt')}" if batch.collected.older else ""
    page.say(
        f"{found}{older} ({batch.collected.kind.value}); {len(batch.tasks)} to grade, {batch.known} known."
    )
    matched = batch.matched
    _list(page, "Not understood", [f"{one.name}: {one.reason}" for one in batch.collected.unmatched])
    _list(page, "Refused", [f"{one.key}: {one.refused}" for one in batch.refused])
    _list(page, "Of nobody in the roster", [one.name or one.key for one in matched.without_student])
    _list(page, "Not certain whose", [f"{one.hand_in.key}: {one.reason}" for one in matched.ambiguous])
    unknown = [f"{one.member.name} of {one.hand_in.key}" for one in matched.unknown_members]
    _list(page, "Members who are not in the roster", unknown)
    _list(page, "Nothing handed in", [f"{one.name} ({one.id})" for one in matched.without_hand_in])


def _list(page: Page, title: str, lines: list[str]) -> None:
    if not lines:
        return
    page.say(f"{title}: {len(lines)}", "bold")
    for line in lines[:_LISTED]:
        page.say(one_line(line), indent=2, bullet="- ")
    if len(lines) > _LISTED:
        page.say(f"and {len(lines) - _LISTED} more", indent=2)


@dataclass(frozen=True)
class Summary:
    """What came of a batch.

    Attributes:
        graded: Hand-ins whose result is complete.
        incomplete: Hand-ins without a complete result, each with the reason; never a zero.
        refused: Hand-ins that intake refuses, each with the reason.
        uncertain: Hand-ins that may be of others than they count for, each with the reason.
        strays: Hand-ins that lead to nobody in the roster.
        points: How many hand-ins have how many points.
        page: The course's page.
        gradebook: The URL of the gradebook.
        flaky: How many submissions have had different results under the same conditions.
    """

    lab: str
    graded: int
    incomplete: dict[str, str]
    refused: dict[str, str]
    uncertain: dict[str, str]
    strays: list[str]
    points: Counter[str]
    page: Path
    gradebook: str
    flaky: int

    def as_json(self) -> dict[str, Any]:
        """The summary as plain JSON values."""
        return {
            "lab": self.lab,
            "graded": self.graded,
            "incomplete": self.incomplete,
            "refused": self.refused,
            "uncertain": self.uncertain,
            "strays": self.strays,
            "points": dict(self.points),
            "page": str(self.page),
            "gradebook": self.gradebook,
            "flaky": self.flaky,
        }

    def show(self, console: Console) -> None:
        """Prints it."""
        page = Page(console)
        page.say(
            f"{self.graded} graded, {len(self.incomplete)} incomplete, {len(self.refused)} refused.", "bold"
        )
        if self.incomplete:
            lines = [f"{name}: {reason}" for name, reason in self.incomplete.items()]
            _list(page, "Incomplete; the same command tries these again", lines)
        if self.flaky:
            submissions = how_many(self.flaky, "submission")
            page.say(
                f"{submissions} had different results under the same conditions; see the gradebook.", "red"
            )
        page.say(f"The page of the course is {self.page}, the gradebook {self.gradebook}.")


def summarize(batch: Batch, published: "Published") -> Summary:
    """What came of a batch, by its journal."""
    results = results_by_key(batch.journal.records)
    faults = {record.submission_hash: record for record in batch.journal.records if isinstance(record, Fault)}
    points: Counter[str] = Counter()
    incomplete = {}
    refused = {}
    for record in batch.handed_in.values():
        if record.submission_hash is None:
            refused[record.key] = record.refused
            continue
        result = results.get(batch.manner.key(record.submission_hash))
        fault = faults.get(record.submission_hash)
        if result is not None and result.status is Status.COMPLETE:
            points[points_text(result.points)] += 1
        elif result is not None:
            incomplete[record.key] = next(one.message for one in result.checks if one.outcome == "ungraded")
        else:
            incomplete[record.key] = fault.message if fault else "It was not reached."
    return Summary(
        lab=batch.order.lab.id,
        graded=points.total(),
        incomplete=incomplete,
        refused=refused,
        uncertain={one.key: one.uncertain for one in published.book.hand_ins if one.uncertain},
        strays=[one.key for one in published.book.strays],
        points=points,
        page=published.page,
        gradebook=published.gradebook,
        flaky=len(published.book.flaky),
    )

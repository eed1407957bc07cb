"""The page of one result: what failed comes first, how to run it again last."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.reports.audience import for_student
from grader.reports.html.figures import share
from grader.reports.html.page import make_page
from grader.reports.html.words import CAUSES, OUTCOMES, Wording
from grader.reports.screen.reasons import Reason, reasons_of
from grader.reports.text import clip, last_lines
from grader.reports.unfinished import still_open, why_unfinished
from grader.results import CheckResult, Criterion, LabResult, Outcome, Pattern
from grader.scoring import Tally, by_criterion, total

__all__ = ["render_student"]

_TRACEBACK_LINES = 60
_OUTPUT_LINES = 200
_MESSAGE_LENGTH = 4000

_FIRST = (Outcome.UNGRADED, Outcome.FAILED, Outcome.PARTIAL, Outcome.BLOCKED, Outcome.PASSED)


@dataclass(frozen=True)
class _Excerpt:
    """The last lines of a text.

    Attributes:
        line_count: How many lines the whole text has.
    """

    text: str
    shown: int
    line_count: int


@dataclass(frozen=True)
class _View:
    """A check as it is shown.

    Attributes:
        anchor: Its address within the page.
        cause: Why it failed, in words; empty if it did not.
        same_as: The check that failed for the same reason and tells about it.
        needs: The check that this one starts from.
    """

    result: CheckResult
    wording: Wording
    anchor: str
    cause: str
    message: str
    hint: str
    traceback: _Excerpt
    output: _Excerpt
    same_as: tuple[str, str] | None
    needs: tuple[str, str] | None


@dataclass(frozen=True)
class _Group:
    """The checks of a criterion.

    Attributes:
        open_points: What could not be graded.
        earned: In percent of the criterion's points.
        unsettled: What could not be graded, likewise.
        start: Where its piece of the whole bar starts, in thousandths, as the two after it.
        width: How wide the piece is.
        filled: How much of it is earned.
    """

    criterion: Criterion
    tally: Tally
    open_points: Decimal
    earned: float
    unsettled: float
    start: float
    width: float
    filled: float
    views: tuple[_View, ...]


def render_student(result: LabResult) -> bytes:
    """The page as a file."""
    groups = _groups(result)
    is_teachers = result != for_student(result)
    command = "grade" if is_teachers else "check"  # students have no hidden checks to run
    context: dict[str, object] = {
        "result": result,
        "groups": groups,
        "open_groups": [group for group in groups if group.tally.counts[Outcome.PASSED] < len(group.views)],
        "done_groups": [group for group in groups if group.tally.counts[Outcome.PASSED] == len(group.views)],
        "passed": total(result.checks).counts[Outcome.PASSED],
        "why_unfinished": why_unfinished(result),
        "still_open": still_open(result),
        "hidden": sum(check.check.hidden for check in result.checks),
        "is_teachers": is_teachers,
        "replay": shlex.join(["grader", command, "PATH", "--lab", result.lab, "--seed", str(result.seed)]),
        "pattern": result.pattern,
        "pattern_link": _web_link(result.pattern),
    }
    return make_page("student", context)


def _web_link(pattern: Pattern | None) -> str:
    """The pattern's link, if it leads to a page and nowhere else."""
    return pattern.link if pattern and pattern.link.startswith(("https://", "http://")) else ""


def _open_points(checks: Iterable[CheckResult]) -> Decimal:
    return total(check for check in checks if check.outcome is Outcome.UNGRADED).max_points


def _groups(result: LabResult) -> list[_Group]:
    """All criteria in their order, each with its checks, what failed first."""
    views = _views(result.checks)
    groups: list[_Group] = []
    start = 0.0
    for criterion, tally in by_criterion(result.checks).items():
        own = tuple(view for view in views if view.result.check.criterion is criterion)
        open_points = _open_points(view.result for view in own)
        width = share(tally.max_points, result.max_points) * 10
        earned = share(tally.points, tally.max_points)
        groups.append(
            _Group(
                criterion,
                tally,
                open_points,
                earned,
                share(open_points, tally.max_points),
                round(start, 1),
                round(width, 1),
                round(width * earned / 100, 1),
                own,
            )
        )
        start += width
    return groups


def _views(checks: Sequence[CheckResult]) -> list[_View]:
    numbers = {id(check): number for number, check in enumerate(checks, start=1)}
    places = {check.check.id: (f"check-{numbers[id(check)]}", check.check.title) for check in checks}
    ordered = _by_need(checks)
    told = _told(ordered)
    views: list[_View] = []
    for check in ordered:
        reason = told.get(id(check))
        same_as = places[reason.first.check.id] if reason and reason.first is not check else None
        views.append(
            _View(
                result=check,
                wording=OUTCOMES[check.outcome],
                anchor=f"check-{numbers[id(check)]}",
                cause=CAUSES[check.cause] if check.cause else "",
                message=clip(check.message, _MESSAGE_LENGTH),
                hint=_hint(check, reason),
                traceback=_excerpt("" if same_as else check.traceback, _TRACEBACK_LINES),
                output=_excerpt(check.output, _OUTPUT_LINES),
                same_as=same_as,
                needs=places.get(check.check.needs or ""),
            )
        )
    return views


def _by_need(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """By criterion, as the page goes, and within it what needs attention first."""
    criteria = list(Criterion)
    return sorted(
        checks, key=lambda check: (criteria.index(check.check.criterion), _FIRST.index(check.outcome))
    )


def _told(checks: Sequence[CheckResult]) -> dict[int, Reason]:
    """The reason of each check whose traceback, or whose missing grade, others may share."""
    apart = [
        check
        for check in checks
        if check.outcome is Outcome.UNGRADED or (check.cause and check.traceback and not check.check.hidden)
    ]
    return {id(check): reason for reason in reasons_of(apart) for check in reason.checks}


def _hint(check: CheckResult, reason: Reason | None) -> str:
    """The hint of a check that failed, unless it leads away: from a file that cannot be imported, say."""
    if check.outcome not in {Outcome.FAILED, Outcome.PARTIAL}:
        return ""
    is_shared = reason is not None and len(reason.checks) > 1 and len(reason.hints) > 1
    return "" if is_shared else check.check.hint


def _excerpt(text: str, count: int) -> _Excerpt:
    lines, line_count = last_lines(text, count)
    return _Excerpt("\n".join(lines), len(lines), line_count)

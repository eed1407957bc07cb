"""A result on the terminal, for a student in trouble: what failed comes first, how to go on last."""

from rich.console import Console

from grader.reports.screen.page import Page, how_many
from grader.reports.screen.reasons import Reason, reasons_of
from grader.reports.text import clip, last_lines
from grader.reports.unfinished import still_open, why_unfinished
from grader.results import CheckResult, LabResult, Outcome, Status
from grader.scoring import by_criterion, points_text

__all__ = ["print_result"]

_OUTPUT_LINES = 10
_TRACEBACK_LINES = 30
_MESSAGE_LENGTH = 2000


def print_result(result: LabResult, console: Console, *, replay: str) -> None:
    """Prints a result.

    Args:
        result: The whole of it for a teacher, the student's version for a student.
        console: Where to; its width, colours and encoding are kept to.
        replay: The command that gives the same result again.
    """
    page = Page(console)
    _print_score(page, result)
    _print_ungraded(page, result)
    _print_failed(page, result)
    _print_pattern(page, result)
    _print_blocked(page, result)
    _print_passed(page, result)
    _print_criteria(page, result)
    _print_remarks(page, result)
    _print_replay(page, result, replay)


def _with(result: LabResult, *outcomes: Outcome) -> list[CheckResult]:
    return [check for check in result.checks if check.outcome in outcomes]


def _print_score(page: Page, result: LabResult) -> None:
    is_open = result.status is Status.INCOMPLETE
    score = f"{points_text(result.points)} / {points_text(result.max_points)} points"
    percent = f"  {points_text(result.percent)} %"
    style = "bold green" if result.points == result.max_points else "bold yellow"
    page.gap()
    page.row(None, result.title or result.lab, score + (" so far" if is_open else ""), "bold")
    page.say(page.bar(result.points, result.max_points, page.width - len(percent)) + percent, style)


def _print_ungraded(page: Page, result: LabResult) -> None:
    ungraded = _with(result, Outcome.UNGRADED)
    if not ungraded:
        return
    page.gap()
    page.say("This result is not complete.", "bold magenta")
    page.say(why_unfinished(result))
    page.say(still_open(result))
    failed = [check for check in ungraded if not check.was_left]
    for reason in reasons_of(failed):
        page.gap()
        for check in reason.checks:
            page.row(Outcome.UNGRADED, check.check.title, f"{points_text(check.check.points)} open")
        _print_message(page, reason.first)
    page.gap()
    again = " If it ends like this again, send all of this output to your instructor." if failed else ""
    page.say(f"What to do: run the command in the last line once more.{again}")


def _print_failed(page: Page, result: LabResult) -> None:
    failed = _with(result, Outcome.FAILED, Outcome.PARTIAL)
    if not failed:
        return
    reasons = reasons_of(failed)
    if len(reasons) > 1 or len(failed) == 1:
        _print_heading(page, f"{how_many(len(failed), 'check')} failed")
    for reason in reasons:
        page.gap()
        if len(reason.checks) > 1:
            _print_shared(page, reason, every=len(reason.checks) == len(result.checks))
        else:
            _print_single(page, reason.first)


def _print_single(page: Page, result: CheckResult) -> None:
    _print_line(page, result, "bold")
    _print_message(page, result)
    _print_details(page, result)
    if result.check.hint:
        page.gap()
        page.say(result.check.hint, indent=2, bullet="Hint: ")


def _print_shared(page: Page, reason: Reason, *, every: bool) -> None:
    """One reason and its checks, unless that is all. Hints that differ are not about what they share."""
    count = f"{'All ' if every else ''}{how_many(len(reason.checks), 'check')}"
    if reason.first.check.hidden and not reason.first.traceback:
        page.say(f"{count} did not pass:", "bold")
    else:
        page.say(f"{count} failed for the same reason:", "bold")
    _print_message(page, reason.first)
    _print_details(page, reason.first)
    if not every:
        page.gap()
        for result in reason.checks:
            _print_line(page, result)
    if len(reason.hints) == 1:
        page.gap()
        page.say(reason.hints[0], indent=2, bullet="Hint: ")


def _print_line(page: Page, result: CheckResult, style: str = "") -> None:
    points = f"{points_text(result.points)} of {points_text(result.check.points)}"
    page.row(result.outcome, result.check.title, points, style)


def _print_message(page: Page, result: CheckResult) -> None:
    page.say(clip(result.message, _MESSAGE_LENGTH) or "There is no message.", indent=2)
    if result.teacher_note:
        page.say(result.teacher_note, "dim", indent=2, bullet="For the teacher: ")


def _print_details(page: Page, result: CheckResult) -> None:
    """The student's own frames and the end of what the student's code printed."""
    lines, count = last_lines(result.traceback, _TRACEBACK_LINES)
    if lines:
        page.gap()
        page.quote([f"[... {count - len(lines)} lines left out ...]"] * (count > len(lines)), indent=2)
        page.quote(lines, indent=2)
    lines, count = last_lines(result.output, _OUTPUT_LINES)
    if lines:
        page.gap()
        shown = f" (the last {len(lines)} of {count} lines)" if count > len(lines) else ""
        page.say(f"Your code printed{shown}:", indent=2)
        page.quote(lines, indent=2)


def _print_pattern(page: Page, result: LabResult) -> None:
    """The mistake that it looks like, and where the handout has more about it."""
    if result.pattern is None:
        return
    page.gap()
    page.say(result.pattern.sentence, "bold cyan")
    if result.pattern.section:
        page.say(f"The handout has more about it under: {result.pattern.section}")
    if result.pattern.link:
        page.verbatim(result.pattern.link, indent=2)


def _print_blocked(page: Page, result: LabResult) -> None:
    blocked = _with(result, Outcome.BLOCKED)
    if not blocked:
        return
    titles = {check.check.id: check.check.title for check in result.checks}
    _print_heading(page, f"{how_many(len(blocked), 'check')} could not start; mend what they need first")
    page.gap()
    for check in blocked:
        needs = titles.get(check.check.needs or "", check.check.needs or "another check")
        points = f"{points_text(check.points)} of {points_text(check.check.points)}"
        page.row(check.outcome, f"{check.check.title} (needs: {needs})", points)


def _print_passed(page: Page, result: LabResult) -> None:
    passed = _with(result, Outcome.PASSED)
    if not passed:
        return
    every = "All " if len(passed) == len(result.checks) > 1 else ""
    _print_heading(page, f"{every}{how_many(len(passed), 'check')} passed")
    page.gap()
    for check in passed:
        _print_line(page, check)
        if check.teacher_note:
            page.say(check.teacher_note, "dim", indent=2, bullet="For the teacher: ")


def _print_criteria(page: Page, result: LabResult) -> None:
    _print_heading(page, "Points by criterion")
    page.gap()
    for criterion, tally in by_criterion(result.checks).items():
        points = f"{points_text(tally.points)} of {points_text(tally.max_points)}"
        passed = f"{tally.counts[Outcome.PASSED]} of {how_many(sum(tally.counts.values()), 'check')} passed"
        ungraded = tally.counts[Outcome.UNGRADED]
        still_open = f", {ungraded} not graded" if ungraded else ""
        bar = page.bar(tally.points, tally.max_points, 10)
        page.say(f"{criterion.value:<12} {bar} {points:>14}   {passed}{still_open}")
    for item in result.manual:
        page.say(f"{points_text(item.points)} more points are given by hand: {item.title}")


def _print_remarks(page: Page, result: LabResult) -> None:
    if not result.notes:
        return
    _print_heading(page, "Notes")
    for note in result.notes:
        page.say(note, bullet="- ")


def _print_replay(page: Page, result: LabResult, replay: str) -> None:
    servers = ", ".join(f"{service.name} {service.version}" for service in result.services) or "no servers"
    page.gap()
    page.say(f"Seed {result.seed}, {servers} ({result.backend}), sandbox {result.isolation}.", "dim")
    page.say("To run the same again:")
    page.verbatim(replay, indent=2)


def _print_heading(page: Page, text: str) -> None:
    page.gap()
    page.say(text, "bold")

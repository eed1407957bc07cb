"""Markdown for GitHub's job summary, which is dropped as a whole if it is larger than 1 MiB.

Every text that is not the grader's own stands in an HTML block with its `&`, `<` and `>` escaped: there is no
Markdown inside one, and it ends at a blank line (`<pre>` at its end tag), which no such text has.
"""

import html
import re
from collections.abc import Iterator, Sequence

from grader.reports.base import ReportOptions
from grader.reports.screen.page import how_many
from grader.reports.screen.reasons import Reason, reasons_of
from grader.reports.text import clip, fit, last_lines, one_line, visible
from grader.reports.unfinished import still_open, why_unfinished
from grader.results import CheckResult, LabResult, Outcome, Status
from grader.scoring import by_criterion, points_text

__all__ = ["render"]

_MOST_BYTES = 1_000_000
_MOST_ITEMS = 150
"""Of the lists of failed, blocked, ungraded and passed checks."""
_OUTPUT_LINES = 20
_LINE_LENGTH = 200

_MARKS = {
    Outcome.PASSED: "✅",
    Outcome.PARTIAL: "🟠",
    Outcome.FAILED: "❌",
    Outcome.BLOCKED: "⬜",
    Outcome.UNGRADED: "❔",
}

# What would be a command to GitHub's runner if the file were printed into its log.
_COMMAND = re.compile(r"::|##\[")


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The summary as a file."""
    return fit(lambda length: _document(result, length), _MOST_BYTES)


def _document(result: LabResult, length: int) -> bytes:
    parts = [
        f"<h2>{_line(result.title or result.lab)}</h2>",
        _score(result),
        *_ungraded(result, length),
        *_pattern(result),
        *_failed(result, length),
        *_list(result, Outcome.BLOCKED, "could not start: what they need did not pass"),
        *_list(result, Outcome.PASSED, "passed"),
        _criteria(result),
        *_remarks(result),
    ]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def _score(result: LabResult) -> str:
    so_far = " so far" if result.status is Status.INCOMPLETE else ""
    points = f"{points_text(result.points)} of {points_text(result.max_points)} points"
    return f"**{points}{so_far}** ({points_text(result.percent)} %)"


def _ungraded(result: LabResult, length: int) -> Iterator[str]:
    ungraded = [check for check in result.checks if check.outcome is Outcome.UNGRADED]
    if not ungraded:
        return
    yield (
        "> [!WARNING]\n"
        f"> This result is not complete. {why_unfinished(result)} {still_open(result)} "
        "Run the job again; if it stays so, tell your instructor."
    )
    yield from _reasons(reasons_of(ungraded), length)


def _pattern(result: LabResult) -> Iterator[str]:
    pattern = result.pattern
    if pattern is None:
        return
    section = _line(pattern.section)
    if pattern.link.startswith(("https://", "http://")):
        address = _escaped(one_line(pattern.link)).replace('"', "&quot;")
        section = f'<a href="{address}">{section or "the handout"}</a>'
    more = f" The handout has more about it: {section}." if section else ""
    yield f"<p>💡 <b>{_line(pattern.sentence, 500)}</b>{more}</p>"


def _failed(result: LabResult, length: int) -> Iterator[str]:
    failed = [check for check in result.checks if check.outcome in {Outcome.FAILED, Outcome.PARTIAL}]
    if failed:
        yield f"### {how_many(len(failed), 'check')} failed"
        yield from _reasons(reasons_of(failed), length)


def _reasons(reasons: Sequence[Reason], length: int) -> Iterator[str]:
    for reason in reasons[:_MOST_ITEMS]:
        yield "\n\n".join(_reason(reason, length))
    if len(reasons) > _MOST_ITEMS:
        yield f"... and {len(reasons) - _MOST_ITEMS} more."


def _reason(reason: Reason, length: int) -> Iterator[str]:
    """One reason, folded up, with all checks that have it."""
    first = reason.first
    if len(reason.checks) == 1:
        yield f"<details><summary>{_item(first)}</summary>\n<p>{_message(first, length)}</p>"
    else:
        count = how_many(len(reason.checks), "check")
        heading = f"{_MARKS[first.outcome]} {count} for the same reason: {_message(first, length)}"
        yield f"<details><summary>{heading}</summary>\n{_items(reason.checks)}"
    if first.traceback:
        yield _quoted(visible(first.traceback).strip("\n"), length)
    lines, count_of_lines = last_lines(first.output, _OUTPUT_LINES)
    if lines:
        shown = f" (the last {len(lines)} of {count_of_lines} lines)" if count_of_lines > len(lines) else ""
        yield f"<p>Your code printed{shown}:</p>"
        yield _quoted("\n".join(lines), length)
    if len(reason.hints) == 1:
        yield f"<p><b>Hint:</b> {_line(reason.hints[0], max(length, _LINE_LENGTH))}</p>"
    if first.teacher_note:
        yield f"<p><b>For the teacher:</b> {_line(first.teacher_note, length)}</p>"
    yield "</details>"


def _list(result: LabResult, outcome: Outcome, says: str) -> Iterator[str]:
    checks = [check for check in result.checks if check.outcome is outcome]
    if checks:
        heading = f"{how_many(len(checks), 'check')} {says}"
        yield f"<details><summary>{heading}</summary>\n{_items(checks)}\n</details>"


def _items(checks: Sequence[CheckResult]) -> str:
    items = [f"<li>{_item(check)}</li>" for check in checks[:_MOST_ITEMS]]
    if len(checks) > _MOST_ITEMS:
        items.append(f"<li>... and {len(checks) - _MOST_ITEMS} more.</li>")
    return "\n".join(("<ul>", *items, "</ul>"))


def _item(result: CheckResult) -> str:
    possible = points_text(result.check.points)
    if result.outcome is Outcome.UNGRADED:
        points = f"{possible} points open"
    else:
        points = f"{points_text(result.points)} of {possible} points"
    return f"{_MARKS[result.outcome]} {_line(result.check.title or result.check.id)} ({points})"


def _criteria(result: LabResult) -> str:
    rows = ["| criterion | points | checks passed |", "|---|---:|---:|"]
    for criterion, tally in by_criterion(result.checks).items():
        points = f"{points_text(tally.points)} of {points_text(tally.max_points)}"
        passed = f"{tally.counts[Outcome.PASSED]} of {sum(tally.counts.values())}"
        rows.append(f"| {criterion.value} | {points} | {passed} |")
    return "\n".join(rows)


def _remarks(result: LabResult) -> Iterator[str]:
    by_hand = (
        f"{points_text(item.points)} more points are given by hand: {item.title}" for item in result.manual
    )
    remarks = [*by_hand, *result.notes]
    if remarks:
        yield "\n".join(("<ul>", *(f"<li>{_line(text, 500)}</li>" for text in remarks[:50]), "</ul>"))
    servers = ", ".join(f"{service.name} {service.version}" for service in result.services) or "no servers"
    text = f"Seed {result.seed}, {servers} ({result.backend}), sandbox {result.isolation}."
    yield f"<p><sub>{_line(text, 500)}</sub></p>"


def _message(result: CheckResult, length: int) -> str:
    return _line(result.message, max(length, _LINE_LENGTH)) or "There is no message."


def _quoted(text: str, length: int) -> str:
    return f"<pre><code>{_escaped(clip(text, length))}\n</code></pre>"


def _line(text: str, length: int = _LINE_LENGTH) -> str:
    return _escaped(one_line(clip(one_line(text), length)))


def _escaped(text: str) -> str:
    escaped = html.escape(text, quote=False)
    return _COMMAND.sub(lambda match: "".join(f"&#{ord(sign)};" for sign in match.group()), escaped)

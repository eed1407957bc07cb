"""Annotations for GitHub Actions: workflow commands that mark the lines of the student's own files.

They act when a step prints them. GitHub takes ten errors, ten warnings and ten notices of a step and drops
the rest, so the last one says how many more there are. Commands are escaped as GitHub's own toolkit does it
(actions/toolkit, packages/core/src/command.ts): nothing that a student wrote can end one or begin another.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.reports.audience import for_student
from grader.reports.base import ReportOptions
from grader.reports.screen.page import how_many
from grader.reports.screen.reasons import Reason, reasons_of
from grader.reports.text import clip, one_line, without_commands
from grader.results import CheckResult, LabResult, Outcome, Status
from grader.scoring import points_text

__all__ = ["render"]

_MOST = 10
"""Of each kind in one step."""
_TITLE_LENGTH = 200
_MESSAGE_LENGTH = 4000

_FRAME = re.compile(r'^ *File "(?P<file>[^"\n]+)", line (?P<line>\d{1,9})\b', re.MULTILINE)
_KINDS = {
    "error": frozenset({Outcome.FAILED}),
    "warning": frozenset({Outcome.PARTIAL, Outcome.UNGRADED}),
}


def render(result: LabResult, options: ReportOptions) -> bytes:
    """The commands, one a line; it is for students, since everybody who may see a run sees them."""
    shown = for_student(result)
    lines = [_score(shown), *_pattern(shown)]
    for kind, outcomes in _KINDS.items():
        reasons = reasons_of([check for check in shown.checks if check.outcome in outcomes])
        lines.extend(_marks(kind, reasons, options.folder))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def _score(result: LabResult) -> str:
    so_far = " so far; it is not complete" if result.status is Status.INCOMPLETE else ""
    points = f"{points_text(result.points)} of {points_text(result.max_points)} points"
    message = f"{points} ({points_text(result.percent)} %){so_far}. Seed {result.seed}."
    return _command("notice", {"title": one_line(result.title) or result.lab}, message)


def _pattern(result: LabResult) -> Iterator[str]:
    if result.pattern is None:
        return
    more = f"The handout has more about it: {result.pattern.section}" if result.pattern.section else ""
    message = "\n".join(part for part in (result.pattern.sentence, more) if part)
    if message.strip():
        yield _command("notice", {"title": "What this looks like"}, message)


def _marks(kind: str, reasons: Sequence[Reason], folder: str) -> Iterator[str]:
    kept = reasons if len(reasons) <= _MOST else reasons[: _MOST - 1]
    for reason in kept:
        yield _command(kind, {**_place(reason.first, folder), "title": _title(reason)}, _message(reason))
    if rest := reasons[len(kept) :]:
        count = how_many(sum(len(reason.checks) for reason in rest), "more check")
        yield _command(kind, {"title": count}, f"{count} did not pass: the job summary has them all.")


def _place(result: CheckResult, folder: str) -> dict[str, str]:
    """The deepest line of the student's own, if there is one and it is in a file of theirs."""
    frames = list(_FRAME.finditer(result.traceback))
    if not frames:
        return {}
    path = PurePosixPath(frames[-1]["file"])
    if path.is_absolute() or ".." in path.parts:
        return {}
    return {"file": str(PurePosixPath(folder) / path), "line": frames[-1]["line"]}


def _title(reason: Reason) -> str:
    first = reason.first
    if len(reason.checks) > 1:
        return f"{how_many(len(reason.checks), 'check')} for the same reason"
    points = f"{points_text(first.points)} of {points_text(first.check.points)} points"
    if first.outcome is Outcome.UNGRADED:
        points = "not run" if first.was_left else "not graded, which is not your fault"
    return f"{one_line(first.check.title) or first.check.id} ({points})"


def _message(reason: Reason) -> str:
    parts = [one_line(reason.first.message) or "There is no message."]
    if len(reason.checks) > 1:
        parts.append("\n".join(f"- {one_line(check.check.title)}" for check in reason.checks))
    if len(reason.hints) == 1:
        parts.append(f"Hint: {one_line(reason.hints[0])}")
    return clip("\n\n".join(parts), _MESSAGE_LENGTH)


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    texts = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {texts}::{_data(without_commands(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    text = one_line(clip(one_line(text), _TITLE_LENGTH))
    return _data(without_commands(text)).replace(":", "%3A").replace(",", "%2C")

"""What a student reads of an exception: their own frames, and the exception's type and message."""

import os
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

MAX_MESSAGE = 1_000
MAX_LINES = 40
MAX_TYPE_NAME = 200
MAX_CHAINED = 10

_CAUSED = "The above exception was the direct cause of the following exception:"
_NEARLY_UP = "Where the code was when its time was nearly up (most recent call last):"
_DURING = "During handling of the above exception, another exception occurred:"


@dataclass(frozen=True)
class Described:
    """An exception in words.

    Attributes:
        type_name: As `ValueError` or `redis.exceptions.DataError`.
        text: What the exception says, bounded.
        traceback: Ready to print; its last line has the type and the text.
    """

    type_name: str
    text: str
    traceback: str


def describe(error: BaseException, workspace: Path) -> Described:
    """Describes an exception, keeping only frames of files in the workspace."""
    type_name = type_name_of(error)
    text = text_of(error)
    try:
        lines = list(_lines(error, f"{workspace}{os.sep}"))
    except Exception as fault:
        # An exception can be made so that even its formatting fails.
        lines = [f"(The traceback could not be formatted: {type(fault).__name__}.)", f"{type_name}: {text}"]
    return Described(type_name, text, "\n".join(_shortened(lines)))


def whereabouts(frame: FrameType, workspace: Path) -> str:
    """Where running code is, in frames of files in the workspace; empty if it is in none of them."""
    stack = traceback.StackSummary.extract(reversed(list(traceback.walk_stack(frame))))
    lines = list(_frame_lines(stack, f"{workspace}{os.sep}"))
    return "\n".join(_shortened([_NEARLY_UP, *lines])) if lines else ""


def type_name_of(error: BaseException) -> str:
    """The exception's type, with its module unless it is a builtin or the student's own."""
    kind = type(error)
    module = str(kind.__module__)
    own = module in ("builtins", "__main__") or "." not in module
    return clipped(kind.__qualname__ if own else f"{module}.{kind.__qualname__}", MAX_TYPE_NAME)


def text_of(error: BaseException) -> str:
    """What the exception says; says so if it cannot."""
    try:
        return clipped(str(error), MAX_MESSAGE)
    except BaseException as fault:  # a student's __str__ can raise anything
        return f"(its message cannot be shown: str() of it raised {type(fault).__name__})"


def clipped(text: str, length: int) -> str:
    """The text, cut to a length."""
    return text if len(text) <= length else f"{text[:length]}... ({len(text) - length:,} characters left out)"


def _lines(error: BaseException, prefix: str) -> Iterator[str]:
    chain = _chain(traceback.TracebackException.from_exception(error, compact=True))
    for link, sentence in chain:
        if sentence:
            yield from ("", sentence, "")
        yield from _link_lines(link, prefix)


def _chain(last: traceback.TracebackException) -> list[tuple[traceback.TracebackException, str]]:
    """The exceptions from first to last, each with the sentence that leads to it."""
    links: list[tuple[traceback.TracebackException, str]] = []
    link: traceback.TracebackException | None = last
    while link is not None and len(links) < MAX_CHAINED:
        if link.__cause__ is not None:
            links.append((link, _CAUSED))
            link = link.__cause__
        elif link.__context__ is not None and not link.__suppress_context__:
            links.append((link, _DURING))
            link = link.__context__
        else:
            links.append((link, ""))
            link = None
    links[-1] = (links[-1][0], "")
    return links[::-1]


def _link_lines(link: traceback.TracebackException, prefix: str) -> Iterator[str]:
    frames = list(_frame_lines(link.stack, prefix))
    filename = getattr(link, "filename", None)  # a SyntaxError has one
    if isinstance(filename, str):
        link.filename = filename.removeprefix(prefix)
    if frames:
        yield "Traceback (most recent call last):"
    yield from frames
    for entry in link.format_exception_only():
        yield from entry.rstrip("\n").split("\n")


def _frame_lines(stack: traceback.StackSummary, prefix: str) -> Iterator[str]:
    """The frames below a prefix, without it."""
    frames = [frame for frame in stack if frame.filename.startswith(prefix)]
    for frame in frames:
        frame.filename = frame.filename.removeprefix(prefix)
    for entry in traceback.StackSummary.from_list(frames).format():
        yield from entry.rstrip("\n").split("\n")


def _shortened(lines: list[str]) -> list[str]:
    lines = [clipped(line, MAX_MESSAGE) for line in lines]
    if len(lines) <= MAX_LINES:
        return lines
    half = MAX_LINES // 2
    return [*lines[:half], f"  ... ({len(lines) - MAX_LINES} lines left out)", *lines[-half:]]

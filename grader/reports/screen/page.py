"""What reports draw on: a terminal, a pipe or a file, in lines without trailing blanks.

Every text passes through here, so that none can act on the terminal: control characters become visible,
markup stays text, what the output's encoding does not have is written as an escape, and no line is a command
to GitHub's runner.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from rich.console import Console
from rich.text import Text

from grader.reports.text import encodable, visible
from grader.results import Outcome

__all__ = ["Page", "how_many"]

_WIDEST = 100  # a score at the far edge of a wide screen is too far from its title
_NARROWEST = 40

# GitHub's runner obeys a line of its log that starts with ::name, after blanks, and ##[name] anywhere in a
# line (actions/runner, src/Runner.Common/ActionCommand.cs).
_LINE_COMMAND = re.compile(r"\s*(?=::)")
_COMMAND = "##["

_MARKS = {
    Outcome.PASSED: ("✓", "+", "green"),
    Outcome.PARTIAL: ("◐", "~", "yellow"),
    Outcome.FAILED: ("✗", "x", "red"),
    Outcome.BLOCKED: ("·", "-", "yellow"),
    Outcome.UNGRADED: ("?", "?", "magenta"),
}


def how_many(count: int, noun: str) -> str:
    """A number with its noun, as `1 check` or `2 checks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


class Page:
    """A console that takes plain text only.

    Attributes:
        width: Columns in use.
    """

    def __init__(self, console: Console, *, widest: int = _WIDEST) -> None:
        self._console = console
        self.width = max(_NARROWEST, min(console.width, widest))
        self._is_plain = not console.encoding.lower().startswith("utf") or console.legacy_windows

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    def say(self, text: str, style: str = "", *, indent: int = 0, bullet: str = "") -> None:
        """A paragraph, wrapped; a bullet stands before its first line, the others hang below the text."""
        margin = " " * indent
        for number, line in enumerate(self._wrap(text, style, self.width - indent - len(bullet))):
            self._print(Text(margin + (bullet if number == 0 else " " * len(bullet))) + line)

    def verbatim(self, text: str, *, indent: int = 0) -> None:
        """A line that is never wrapped, so that it can be copied."""
        self._print(Text(" " * indent + self.mend(text).replace("\n", r"\x0a")))

    def row(self, mark: Outcome | None, left: str, right: str, style: str = "") -> None:
        """A wrapped text at the left, behind its mark if it has one, and a short text at the right."""
        lead = Text()
        if mark is not None:
            lead = Text(f"{self.mark(mark)} ", style=f"bold {_MARKS[mark][2]}")
        lines = self._wrap(left, style, self.width - len(right) - len(lead) - 2)
        for number, line in enumerate(lines):
            if number:
                self._print(Text(" " * len(lead)) + line)
                continue
            blanks = self.width - lead.cell_len - line.cell_len - len(right)
            self._print(lead + line + Text(" " * blanks) + Text(right, style=style))

    def quote(self, lines: Iterable[str], *, indent: int) -> None:
        """Lines of somebody else's, behind a bar."""
        bar = Text(" " * indent).append("|" if self._is_plain else "│", style="dim").append(" ")
        for line in lines:
            for part in self._wrap(line, "", self.width - len(bar)):
                self._print(bar + part)

    def bar(self, part: Decimal, whole: Decimal, width: int) -> str:
        """A bar that is full only if the part is the whole, and empty only if there is nothing."""
        full, empty = ("#", ".") if self._is_plain else ("█", "░")
        filled = int((part / whole * width).to_integral_value(ROUND_DOWN)) if whole else 0
        filled = max(filled, 1) if part else 0
        return full * filled + empty * (width - filled)

    def mark(self, outcome: Outcome) -> str:
        """The sign of an outcome, one column wide."""
        rich_mark, plain_mark, _ = _MARKS[outcome]
        return plain_mark if self._is_plain else rich_mark

    def mend(self, text: str) -> str:
        """The text as it can be shown here."""
        return encodable(visible(text).replace(_COMMAND, r"##\x5b"), self._console.encoding)

    def _wrap(self, text: str, style: str, width: int) -> list[Text]:
        lines = Text(self.mend(text), style=style).wrap(self._console, max(width, 8), overflow="fold")
        for line in lines:
            line.rstrip()
        return list(lines) or [Text()]

    def _print(self, line: Text) -> None:
        line.rstrip()
        if command := _LINE_COMMAND.match(line.plain):
            at = command.end()
            line = line[:at] + Text(r"\x3a") + line[at + 1 :]
        self._console.print(line, soft_wrap=True)

"""What is seen while checks run: one live line on a terminal, a line for each check elsewhere, or nothing."""

import time
from collections.abc import Sequence
from decimal import Decimal
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from grader.reports.screen.page import Page
from grader.reports.text import one_line
from grader.results import Check, CheckResult
from grader.scoring import points_text

__all__ = ["LiveProgress", "PlainProgress", "Progress", "SilentProgress", "progress_on"]


class Progress:
    """A watcher that is entered before the first check and left after the last; counts, and shows nothing."""

    def __init__(self) -> None:
        self._number = 0
        self._count = 0
        self._points = Decimal(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves nothing behind."""

    def collected(self, checks: Sequence[Check]) -> None:
        """The checks that will run, in their order."""
        self._count = len(checks)

    def started(self, check: Check) -> None:  # noqa: ARG002 (of the protocol)
        """The check that runs now."""
        self._number += 1

    def finished(self, result: CheckResult) -> None:
        """How it ended."""
        self._points += result.points

    def note(self, text: str) -> None:
        """Something that is not about one check."""

    def _so_far(self) -> str:
        """The number of the present check, as wide as that of the last one."""
        return f"{self._number:>{len(str(self._count))}}/{self._count}"


SilentProgress = Progress


class LiveProgress(Progress):
    """One line that is overwritten, and gone in the end."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._page = Page(console)
        self._doing = "Getting ready"
        self._since = time.monotonic()
        self._live = Live(
            console=console,
            transient=True,
            get_renderable=self._line,
            refresh_per_second=4,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def started(self, check: Check) -> None:
        """Shows the check's title."""
        super().started(check)
        self._show(check.title)

    def finished(self, result: CheckResult) -> None:
        """Shows the points so far."""
        super().finished(result)
        self._live.refresh()

    def note(self, text: str) -> None:
        """Shows the text until the next check starts."""
        self._show(text)

    def _show(self, text: str) -> None:
        self._doing = self._page.mend(one_line(text))
        self._since = time.monotonic()
        self._live.refresh()

    def _line(self) -> RenderableType:
        seconds = int(time.monotonic() - self._since)
        line = Text(no_wrap=True, overflow="ellipsis")
        if self._count:
            bar = self._page.bar(Decimal(self._number), Decimal(self._count), 12)
            line.append(f"{bar} {self._so_far()}  {points_text(self._points)} points  ", style="cyan")
        line.append(f"{seconds} s  " if seconds else "", style="dim")
        return line.append(self._doing)


class PlainProgress(Progress):
    """A line for each check, for logs."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._page = Page(console)

    def finished(self, result: CheckResult) -> None:
        """Prints how the check ended."""
        super().finished(result)
        points = f"{points_text(result.points)} of {points_text(result.check.points)}"
        title = one_line(result.check.title)
        self._page.say(f"{title} ({points})", bullet=f"{self._so_far()} {self._page.mark(result.outcome)} ")

    def note(self, text: str) -> None:
        """Prints the text."""
        self._page.say(one_line(text))


def progress_on(console: Console, *, quiet: bool = False) -> Progress:
    """The display that suits the console."""
    if quiet:
        return SilentProgress()
    # FORCE_COLOR makes rich take a log for a terminal, so the file itself is asked too.
    is_live = console.is_terminal and console.file.isatty() and not console.is_dumb_terminal
    return LiveProgress(console) if is_live else PlainProgress(console)

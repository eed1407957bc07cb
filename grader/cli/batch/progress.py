"""What is seen while a batch runs: who is at which check for how long; how many, how fast, until when."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from grader.pool import Began, Checking, Event, Faulted, Finished, Noted, Refused, Retried
from grader.reports.screen.page import Page
from grader.reports.text import one_line
from grader.results import LabResult, Status
from grader.scoring import points_text

__all__ = ["BatchProgress", "LiveBatch", "PlainBatch", "batch_progress"]

_LONG_S = 20.0
"""From here on a check that lasts is said in a log."""
_NAMES = 3

Names = Callable[[str], Sequence[str]]
"""By the job, whose submission it is."""


def _ending(result: LabResult) -> str:
    """How a result counts in the line of totals."""
    if result.status is Status.INCOMPLETE:
        return "incomplete"
    if result.points == result.max_points:
        return "full marks"
    return "in part" if result.points else "no points"


@dataclass
class _Place:
    """What one worker is at."""

    job: str
    doing: str = "getting ready"
    step: str = ""
    since: float = field(default_factory=time.monotonic)


class BatchProgress:
    """Counts what happens and shows nothing; entered before the first event, left after the last."""

    def __init__(self, total: int, names: Names) -> None:
        """Starts at nothing.

        Args:
            total: How many submissions are to be graded.
        """
        self._total = total
        self._names = names
        self._counts: Counter[str] = Counter()
        self._places: dict[int, _Place] = {}
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves nothing behind."""

    def see(self, event: Event) -> None:
        """Takes notice of an event."""
        match event:
            case Began():
                self._places[event.worker] = _Place(event.job)
            case Checking():
                step = f"{event.number}/{event.count}"
                self._places[event.worker] = _Place(event.job, event.title, step)
            case Finished():
                self._end(event.job, _ending(event.result))
            case Refused() | Faulted():
                self._end(event.job, "not graded")
            case Retried():
                self._counts["retries"] += 1

    def stopping(self) -> None:
        """Somebody has interrupted it once."""

    def _end(self, job: str, ending: str) -> None:
        self._counts[ending] += 1
        self._places = {worker: place for worker, place in self._places.items() if place.job != job}

    @property
    def _done(self) -> int:
        return sum(count for ending, count in self._counts.items() if ending != "retries")

    def _totals(self) -> str:
        return ", ".join(f"{count} {ending}" for ending, count in sorted(self._counts.items()))

    def _pace(self) -> str:
        """How fast it goes, and how long that will take."""
        seconds = time.monotonic() - self._started
        if not self._done or not seconds:
            return ""
        left = (self._total - self._done) * seconds / self._done
        minutes, rest = divmod(round(left), 60)
        return f"{self._done / seconds * 60:.0f} a minute, {minutes}:{rest:02} left"

    def _who(self, job: str) -> str:
        names = self._names(job)
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        return one_line(", ".join(names[:_NAMES])) + more


class LiveBatch(BatchProgress):
    """A bar, and a line for each worker, overwritten four times a second and gone in the end."""

    def __init__(self, total: int, names: Names, console: Console) -> None:
        super().__init__(total, names)
        self._page = Page(console)
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bar.add_task("", total=total)
        self._is_stopping = False
        self._live = Live(
            console=console,
            transient=True,
            get_renderable=self._picture,
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

    def see(self, event: Event) -> None:
        """Takes notice, and moves the bar."""
        super().see(event)
        self._bar.update(self._task, completed=self._done)

    def stopping(self) -> None:
        """Shows that it ends after what is being graded."""
        self._is_stopping = True

    def _picture(self) -> RenderableType:
        self._bar.update(self._task, description=self._pace())
        lines = Table.grid(padding=(0, 1))
        lines.add_column(justify="right", style="dim")
        lines.add_column(max_width=28, no_wrap=True, overflow="ellipsis")
        lines.add_column(justify="right", style="dim")
        lines.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for worker, place in sorted(self._places.items()):
            seconds = f"{int(time.monotonic() - place.since)} s"
            who = Text(self._page.mend(self._who(place.job)))
            doing = Text(self._page.mend(f"{place.step} {one_line(place.doing)}".strip()))
            lines.add_row(str(worker), who, seconds, doing)
        said = "Stopping after these; Ctrl-C again stops at once." if self._is_stopping else self._totals()
        return Group(self._bar, lines, Text(said, style="cyan"))


class PlainBatch(BatchProgress):
    """A line for each submission, for logs; and one for a check that takes long."""

    def __init__(self, total: int, names: Names, console: Console) -> None:
        super().__init__(total, names)
        self._page = Page(console)
        self._said: set[tuple[str, str]] = set()

    def see(self, event: Event) -> None:
        """Takes notice, and prints what ended, what is tried again, and what takes long."""
        super().see(event)
        match event:
            case Finished():
                points = f"{points_text(event.result.points)} of {points_text(event.result.max_points)}"
                state = " (incomplete)" if event.result.status is Status.INCOMPLETE else ""
                self._say(f"{self._done}/{self._total} {self._who(event.job)}: {points}{state}")
            case Refused() | Faulted():
                self._say(f"{self._done}/{self._total} {self._who(event.job)}: not graded: {event.message}")
            case Retried():
                self._say(f"{self._who(event.job)}: attempt {event.attempt} failed: {event.message}")
            case Noted():
                self._say(f"{self._who(event.job)}: {event.text}")
        self._say_what_lasts()

    def stopping(self) -> None:
        """Says that it ends after what is being graded."""
        self._say("Stopping after what is being graded; Ctrl-C again stops at once.")

    def _say_what_lasts(self) -> None:
        now = time.monotonic()
        for place in self._places.values():
            said = (place.job, place.doing)
            if now - place.since > _LONG_S and said not in self._said:
                self._said.add(said)
                self._say(
                    f"{self._who(place.job)}: has been at «{place.doing}» for {int(now - place.since)} s"
                )

    def _say(self, text: str) -> None:
        self._page.say(one_line(text))


def batch_progress(
    total: int, names: Names, console: Console, *, is_plain: bool, is_quiet: bool
) -> BatchProgress:
    """The display that suits the console."""
    if is_quiet:
        return BatchProgress(total, names)
    is_live = console.is_terminal and console.file.isatty() and not console.is_dumb_terminal
    return PlainBatch(total, names, console) if is_plain or not is_live else LiveBatch(total, names, console)

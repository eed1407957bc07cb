"""What is seen while checks run."""

import io
import os
import sys

import pytest
from rich.console import Console

from grader.checks.watch import Nobody, Watcher
from grader.reports.screen.progress import (
    LiveProgress,
    PlainProgress,
    Progress,
    SilentProgress,
    progress_on,
)
from tests.reports.sample_results import typical


def console_on(file: io.StringIO, *, terminal: bool) -> Console:
    return Console(file=file, width=80, force_terminal=terminal, color_system=None)


def run_all(progress: Progress) -> None:
    watcher: Watcher = progress  # mypy compares the two
    results = typical().checks
    with progress:
        watcher.note("starting\x1b redis")
        watcher.collected([result.check for result in results])
        for result in results:
            watcher.started(result.check)
            watcher.finished(result)


def test_a_log_gets_a_line_for_each_check() -> None:
    file = io.StringIO()
    run_all(progress_on(console_on(file, terminal=False)))
    assert file.getvalue().split("\n") == [
        r"starting\x1b redis",
        "1/6 ✓ Connects to the database that is asked for (2 of 2)",
        "2/6 ✓ Stores every landing under its id (10 of 10)",
        "3/6 ◐ Landings survive a crash of the server (2.5 of 6)",
        "4/6 · A second crash loses nothing either (0 of 4)",
        "5/6 ✗ The heaviest landings of a secret list (0 of 3.34)",
        "6/6 ✗ Saves when it is told to (0 of 3.33)",
        "",
    ]


def test_a_terminal_gets_one_line_that_is_gone_in_the_end() -> None:
    file = io.StringIO()
    run_all(LiveProgress(console_on(file, terminal=True)))
    shown = file.getvalue()
    assert "3/6  12 points  Landings survive a crash of the server" in shown
    assert "6/6  14.5 points  Saves when it is told to" in shown
    assert r"starting\x1b redis" in shown
    after_last_title = shown.rpartition("Saves when it is told to")[2]
    assert "\x1b[2K" in after_last_title  # the line is wiped
    assert shown.endswith(("\x1b[2K", "\x1b[?25h"))


def test_the_cursor_comes_back_after_an_interrupt() -> None:
    file = io.StringIO()
    with pytest.raises(KeyboardInterrupt), LiveProgress(console_on(file, terminal=True)):
        raise KeyboardInterrupt
    assert "\x1b[?25h" in file.getvalue()


def test_a_long_title_does_not_break_the_line() -> None:
    file = io.StringIO()
    with LiveProgress(console_on(file, terminal=True)) as progress:
        progress.note("x" * 500)
    assert "\n" not in file.getvalue().replace("\n", "", 1)
    assert "x…" in file.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of POSIX")
def test_only_a_real_terminal_gets_the_live_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert isinstance(progress_on(Console(file=io.StringIO())), PlainProgress)
    ours, theirs = os.openpty()
    with os.fdopen(ours), os.fdopen(theirs, "w") as terminal:
        assert isinstance(progress_on(Console(file=terminal)), LiveProgress)
        monkeypatch.setenv("TERM", "dumb")
        assert isinstance(progress_on(Console(file=terminal)), PlainProgress)


def test_quiet_says_nothing() -> None:
    file = io.StringIO()
    progress = progress_on(console_on(file, terminal=True), quiet=True)
    run_all(progress)
    assert file.getvalue() == ""
    assert isinstance(progress, SilentProgress)
    assert not isinstance(progress, (LiveProgress, PlainProgress))


def test_progress_can_stand_where_a_watcher_can() -> None:
    asked = [name for name in vars(Nobody) if not name.startswith("_")]
    assert asked
    assert all(callable(getattr(Progress, name)) for name in asked)

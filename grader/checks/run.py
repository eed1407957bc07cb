"""Runs a lab's rubric on a bench: pytest inside, results outside."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from grader.checks.bench import Bench
from grader.checks.fixtures import GRADING
from grader.checks.grading import Grading
from grader.checks.watch import Watcher
from grader.errors import CourseError
from grader.results import STOPPED, CheckResult, Outcome

# Nothing of the user's pytest takes part: no configuration, no other plugin, no conftest.py from outside
# the rubric, no cache in its folder.
_ARGUMENTS = (
    "--disable-plugin-autoload",
    "--config-file=" + os.devnull,
    "--import-mode=importlib",
    "--assert=plain",
    "--capture=sys",
)
_SWITCHED_OFF = (
    "cacheprovider",
    "doctest",
    "unittest",
    "junitxml",
    "terminal",
    "faulthandler",
    "pastebin",
    "stepwise",
    # They look through all garbage at the end, for warnings that nobody is shown.
    "unraisableexception",
    "threadexception",
)
_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG")


@dataclass(frozen=True)
class Ran:
    """What came of a rubric.

    Attributes:
        results: One for each check that was to run, in the rubric's order.
        interrupted: Whether somebody stopped it; the checks that were left are ungraded.
    """

    results: tuple[CheckResult, ...]
    interrupted: bool


def run_checks(bench: Bench, watcher: Watcher, *, visible_only: bool) -> Ran:
    """Runs the checks of the bench's lab.

    Raises:
        CourseError: The rubric is wrong; says each place.
        KeyboardInterrupt: Somebody stopped it before the first check.
    """
    session = _Session(Grading(bench, watcher, visible_only=visible_only))
    rubric = bench.lab.rubric
    arguments = [*_ARGUMENTS, f"--rootdir={rubric}", f"--confcutdir={rubric}", str(rubric)]
    for plugin in _SWITCHED_OFF:
        arguments += ["-p", f"no:{plugin}"]
    with _without_variables(), _forgetting_modules(rubric):
        status = pytest.main([*arguments, "-p", "grader.checks.plugin"], plugins=[session])
    grading = session.grading
    problems = [*grading.problems, *session.failed_imports]
    if problems:
        raise CourseError("\n".join(problems))
    interrupted = status == pytest.ExitCode.INTERRUPTED
    if interrupted and not grading.chosen:
        raise KeyboardInterrupt
    if not grading.chosen:
        raise CourseError(f"The rubric {rubric} has no checks to run.")
    return Ran(tuple(_all_results(grading)), interrupted)


@dataclass(eq=False)  # pytest keeps plugins in sets
class _Session:
    """The plugin that hands one grading to pytest, and keeps what pytest says of the rubric's files."""

    grading: Grading
    failed_imports: list[str] = field(default_factory=list)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[GRADING] = self.grading

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed_imports.append(f"The rubric cannot be read: {report.nodeid}\n{report.longreprtext}")

    def pytest_internalerror(self, excrepr: object) -> None:
        self.failed_imports.append(f"pytest itself failed:\n{excrepr}")


def _all_results(grading: Grading) -> Iterator[CheckResult]:
    for check in grading.chosen:
        left = CheckResult(check, Outcome.UNGRADED, Decimal(0), message=STOPPED)
        yield grading.results.get(check.id, left)


@contextmanager
def _forgetting_modules(rubric: Path) -> Iterator[None]:
    """Lets nothing of one rubric be taken for another's file of the same name, or for its own older text."""
    try:
        yield
    finally:
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file is not None and Path(file).is_relative_to(rubric):
                del sys.modules[name]


@contextmanager
def _without_variables() -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)

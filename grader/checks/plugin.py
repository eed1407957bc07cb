"""The pytest hooks; what they do stands in the other modules of this room."""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from grader.checks.fixtures import (
    GRADING,
    award,
    database,
    mongodb,
    postgres,
    redis,
    seed,
    sqlite,
    submission,
)
from grader.checks.grading import ERRORS, Grading
from grader.checks.plain import open_plain_grading, summary
from grader.checks.rubric.declare import MARKER

__all__ = ["award", "database", "mongodb", "postgres", "redis", "seed", "sqlite", "submission"]

CLOSING = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of a rubric that is run by plain pytest."""
    group = parser.getgroup("grader", "grading a submission")
    group.addoption("--submission", type=Path, help="the submission to grade: a folder, zip or tar")
    group.addoption("--seed", type=int, dest="grader_seed", help="the seed of the generated data")
    group.addoption(
        "--services", dest="grader_services", help="where servers run: auto, docker, local or external"
    )
    group.addoption("--visible-only", action="store_true", help="leave hidden checks out")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known, and opens a bench where plain pytest was given a submission."""
    config.addinivalue_line("markers", f"{MARKER}(declaration): a check with points; use grader.check")
    if config.getoption("--submission") is not None:
        config.stash[CLOSING] = ExitStack()
        config.stash[GRADING] = open_plain_grading(config, config.stash[CLOSING])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes what `pytest_configure` opened."""
    if CLOSING in config.stash:
        config.stash[CLOSING].close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Keeps specimens out: they are submissions, not checks."""
    grading = config.stash.get(GRADING, None)
    return True if grading and collection_path == grading.bench.lab.specimens else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fixes checks, points and order."""
    if GRADING in config.stash:
        config.stash[GRADING].collect(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Examines a check instead of merely running it."""
    grading: Grading | None = item.config.stash.get(GRADING, None)
    if grading is None:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in grading.examine(item):
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keeps the exception itself, of which a report has only the text."""
    if call.excinfo is not None and ERRORS in item.stash:
        item.stash[ERRORS].setdefault(call.when, call.excinfo.value)
    return (yield)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - pytest's own
    """Adds the points to what plain pytest prints."""
    if GRADING in config.stash:
        for line in summary(config.stash[GRADING]):
            terminalreporter.write_line(line)

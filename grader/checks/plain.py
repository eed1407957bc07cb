"""A rubric under plain pytest, with its `-k`, `-x`, `--lf` and debugger."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.checks.grading import Grading
from grader.checks.station import Order, open_station
from grader.checks.watch import Nobody
from grader.config import read_settings
from grader.course import find_course
from grader.errors import GraderError, SubmissionRejectedError, UsageError
from grader.scoring import points_text, total


def open_plain_grading(config: pytest.Config, stack: ExitStack) -> Grading:
    """Opens a bench for the rubric that pytest was given, for as long as `stack` is open.

    Raises:
        pytest.UsageError: With the message of what went wrong.
    """
    rubric = _rubric_folder(config)
    # With --lf it hides checks from collection that those that failed may need; they are deselected later.
    config.pluginmanager.set_blocked("lfplugin-collwrapper")
    try:
        settings = read_settings({"services": config.getoption("grader_services")}, os.environ)
        lab = find_course(None, rubric).lab(rubric.name)
        order = Order(lab, config.getoption("--submission"), config.getoption("grader_seed"))
        station = stack.enter_context(open_station(lab, settings, Nobody()))
        bench = stack.enter_context(station.bench(order))
    except (GraderError, SubmissionRejectedError) as error:
        raise pytest.UsageError(str(error)) from error
    return Grading(bench, Nobody(), visible_only=bool(config.getoption("--visible-only")))


def summary(grading: Grading) -> Iterator[str]:
    """What a grading says at the end of pytest's own output, line by line."""
    yield from grading.problems
    tally = total(grading.results.values())
    yield (
        f"{points_text(tally.points)} of {points_text(tally.max_points)} points in {len(grading.results)} of "
        f"{len(grading.chosen)} checks, seed {grading.bench.seed}"
    )


def _rubric_folder(config: pytest.Config) -> Path:
    for argument in config.args:
        path = (config.invocation_params.dir / argument.partition("::")[0]).resolve()
        folder = path if path.is_dir() else path.parent
        if folder.parent.name == "rubrics":
            return folder
    raise pytest.UsageError(str(UsageError("Name one rubric: pytest rubrics/LAB --submission PATH.")))

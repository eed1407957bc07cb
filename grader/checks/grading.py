"""One rubric on one bench: pytest's hooks hand their events over here, and the results come out."""

import pytest
from _pytest.runner import runtestprotocol

from grader.checks.bench import Bench
from grader.checks.rubric.collect import Collected, collect_checks
from grader.checks.rubric.declare import Award
from grader.checks.verdict.examine import Attempt, Examiner
from grader.checks.verdict.judge import judge
from grader.checks.watch import Watcher
from grader.errors import CourseError
from grader.results import Check, CheckResult, Outcome

AWARD = pytest.StashKey[Award]()
"""On an item: the awards of its present attempt."""
OUTPUT = pytest.StashKey[str]()
"""On an item: what the student's processes printed in its last attempt."""
ERRORS = pytest.StashKey[dict[str, BaseException]]()
"""On an item: by phase (setup, call, teardown), what its last attempt raised."""
REPORTS = pytest.StashKey[list[pytest.TestReport]]()
"""On an item: pytest's own reports of its last attempt with the submission."""


class Grading:
    """The state of one grading session.

    Attributes:
        chosen: The checks that take part, in their order.
        problems: What is wrong with the rubric; empty if nothing is.
        results: By check id, in the order of the checks.
    """

    def __init__(self, bench: Bench, watcher: Watcher, *, visible_only: bool) -> None:
        self.bench = bench
        self.chosen: tuple[Check, ...] = ()
        self.problems: list[str] = []
        self.results: dict[str, CheckResult] = {}
        self._watcher = watcher
        self._visible_only = visible_only
        self._collected = Collected({}, {})

    def collect(self, items: list[pytest.Item]) -> None:
        """Fixes checks, points and order; leaves hidden checks out of a self-check."""
        lab = self.bench.lab
        try:
            self._collected = collect_checks(items, tuple(lab.services), lab.rubric)
        except CourseError as error:
            self.problems.append(str(error))
            items.clear()
            return
        checks = self._collected.checks.values()
        self.chosen = tuple(check for check in checks if not (check.hidden and self._visible_only))
        items[:] = [self._collected.items[check.id] for check in self.chosen]
        self._watcher.collected(self.chosen)

    def check_of(self, item: pytest.Item) -> Check:
        """The check that an item is."""
        return self._collected.checks[item.name]

    def examine(self, item: pytest.Item) -> list[pytest.TestReport]:
        """Examines the check of one item and gives pytest's reports on it."""
        check = self.check_of(item)
        self._watcher.started(check)
        result = Examiner(self.bench, self._collected.checks, self._attempt, self.results).examine(check)
        self._watcher.finished(result)
        return _reports(item, result)

    def _attempt(self, check: Check) -> Attempt:
        item = self._collected.items[check.id]
        award, errors = Award(), dict[str, BaseException]()
        item.stash[AWARD], item.stash[ERRORS], item.stash[OUTPUT] = award, errors, ""
        # Nobody knows which check runs next: it may be blocked, or replay one of another file. So nothing but
        # the session stays set up.
        reports = runtestprotocol(item, log=False, nextitem=item.session)  # type: ignore[arg-type] # of any node
        if not self.bench.is_reference:
            item.stash[REPORTS] = reports
        verdict = judge(errors.get("setup") or errors.get("call"), self.bench.lab.rubric)
        after = errors.get("teardown")
        remark = f"A fixture failed after the check: {type(after).__name__}: {after}" if after else ""
        return Attempt(verdict, award.points(), item.stash[OUTPUT], remark)


def _reports(item: pytest.Item, result: CheckResult) -> list[pytest.TestReport]:
    """Pytest's own reports where they tell the same as the result, else one that does."""
    reports = item.stash.get(REPORTS, [])
    has_failed = any(report.failed and report.when != "teardown" for report in reports)
    if reports and has_failed == (result.outcome is not Outcome.PASSED):
        return reports
    return [
        pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords=dict.fromkeys(item.keywords, 1),
            outcome="passed" if result.outcome is Outcome.PASSED else "failed",
            longrepr=f"{result.outcome}: {result.message}",
            when="call",
        )
    ]

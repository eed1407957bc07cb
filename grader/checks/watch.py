"""Who looks on while checks run: a progress display, a log, or nobody."""

from collections.abc import Sequence
from typing import Protocol

from grader.results import Check, CheckResult


class Watcher(Protocol):
    """Is told what happens, as it happens; cannot change it."""

    def collected(self, checks: Sequence[Check]) -> None:
        """The checks that will run, in their order."""

    def started(self, check: Check) -> None:
        """A check begins."""

    def finished(self, result: CheckResult) -> None:
        """A check has its result."""

    def note(self, text: str) -> None:
        """Something that is not about one check, as a server that had to be replaced."""


class Nobody:
    """A watcher that does not look."""

    def collected(self, checks: Sequence[Check]) -> None:
        """Does nothing."""

    def started(self, check: Check) -> None:
        """Does nothing."""

    def finished(self, result: CheckResult) -> None:
        """Does nothing."""

    def note(self, text: str) -> None:
        """Does nothing."""

"""Checks that failed for one and the same reason, which is told once."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.results import Cause, CheckResult

__all__ = ["Reason", "reasons_of"]


@dataclass(frozen=True)
class Reason:
    """One message and, but for a timeout, one traceback, and the checks that they belong to."""

    checks: tuple[CheckResult, ...]

    @property
    def first(self) -> CheckResult:
        """The check that stands for all where they do not differ."""
        return self.checks[0]

    @property
    def hints(self) -> tuple[str, ...]:
        """Each hint once, in order."""
        return tuple(dict.fromkeys(result.check.hint for result in self.checks if result.check.hint))


def reasons_of(results: Sequence[CheckResult]) -> list[Reason]:
    """Sorts failed checks by their reason, in the order in which the reasons turn up."""
    groups: dict[tuple[object, ...], list[CheckResult]] = {}
    for number, result in enumerate(results):
        # Where nothing is known, nothing is the same.
        apart = None if result.message else number
        # Where in a loop the code was when time was up is chance.
        traceback = "" if result.cause is Cause.TIMEOUT else result.traceback
        key = (result.check.hidden, result.message, traceback, apart)
        groups.setdefault(key, []).append(result)
    return [Reason(tuple(group)) for group in groups.values()]

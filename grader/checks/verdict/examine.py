"""Examines one check: prepares its state, attempts it, and finds out whose fault a failure is.

A failure counts against the student only if the servers that it stands on are the ones that were started
here. If they are not, the same check runs again on fresh servers, and only if those die again and again, and
under the reference do not, is it the student's code that breaks them. If the rubric itself stumbles, the
reference, with the same seed, tells whether the rubric or the student's value is to blame.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.checks.bench import Bench
from grader.checks.verdict.judge import Ruling, Verdict
from grader.errors import CourseError, GraderError
from grader.results import Cause, Check, CheckResult, Outcome
from grader.scoring import settle


@dataclass(frozen=True)
class Attempt:
    """What one run of a check's function came to.

    Attributes:
        awards: The points that it awarded, one by one.
        output: What the student's processes printed.
        remark: Something for the teacher, as a fixture that failed after the check.
        servers: The servers that it asked for.
    """

    verdict: Verdict
    awards: tuple[Decimal, ...] = ()
    output: str = ""
    remark: str = ""
    servers: frozenset[str] = frozenset()


_UNUSABLE = "The check could not go on with what your code returned or stored."
_BROKEN = "With your code the database server died or no longer answered, on fresh servers too."
_DEATHS = 4
"""How often in a row servers must die under a check before that is no coincidence any more."""
_DEATHS_AGAIN = 2
"""The same for a submission that is known to break its servers: it costs the time limit each time."""

AttemptOne = Callable[[Check], Attempt]
"""Runs one check's function once, on the bench as it is."""


@dataclass
class Examiner:
    """Examines checks one after the other, in the order in which they need each other."""

    bench: Bench
    checks: Mapping[str, Check]
    attempt: AttemptOne
    results: dict[str, CheckResult]

    def examine(self, check: Check) -> CheckResult:
        """Examines a check and keeps its result; never raises but for an interrupt."""
        started = time.monotonic()
        result = self._held_back(check)
        if result is None:
            try:
                result = self._decide(check)
            except GraderError as error:
                result = _ungraded(check, f"{error}")
        result = replace(result, duration_s=time.monotonic() - started)
        self.results[check.id] = result
        return result

    def _held_back(self, check: Check) -> CheckResult | None:
        if check.needs is None or check.needs not in self.results:
            return None
        needed = self.results[check.needs]
        if needed.outcome is Outcome.UNGRADED:
            return _ungraded(check, f"It needs “{needed.check.title}”, which could not be graded.")
        if needed.outcome is Outcome.PASSED:
            return None
        return CheckResult(
            check,
            Outcome.BLOCKED,
            Decimal(0),
            message=f"It needs “{needed.check.title}”, which did not pass.",
        )

    def _decide(self, check: Check) -> CheckResult:
        attempt = self._run(check)
        return self._settled(check, attempt) or self._again_on_fresh_servers(check, attempt)

    def _settled(self, check: Check, attempt: Attempt) -> CheckResult | None:
        """What an attempt came to; None if servers or sandbox gave way, and fresh ones tell more."""
        ruling = attempt.verdict.ruling
        if ruling in {Ruling.PASSED, Ruling.IMPOSSIBLE}:
            return _result(check, attempt)
        if ruling is Ruling.TROUBLE or not self.bench.is_intact():
            return None
        if ruling is Ruling.STUMBLED:
            return self._ask_reference(check, attempt, _UNUSABLE)
        return _result(check, attempt)

    def _again_on_fresh_servers(self, check: Check, first: Attempt) -> CheckResult:
        latest = first
        for _ in range((_DEATHS_AGAIN if self.bench.breaks_servers else _DEATHS) - 1):
            self.bench.note(f"{check.id}: once more on fresh servers, after: {latest.verdict.message}")
            self.bench.renew()
            remark = f"The servers were replaced after a first try: {first.verdict.message}"
            latest = replace(self._run(check), remark=remark)
            result = self._settled(check, latest)
            if result is not None:
                return result
        self.bench.renew()
        result = self._ask_reference(check, latest, _BROKEN)
        self.bench.breaks_servers |= result.cause is Cause.PROTOCOL
        return result

    def _ask_reference(self, check: Check, attempt: Attempt, blame: str) -> CheckResult:
        for way in self.bench.right_ways():
            with self.bench.standing_in(way):
                theirs = self._run(check)
            # Where students choose a database, only a solution with the same one can tell.
            if not attempt.servers <= theirs.servers:
                continue
            if theirs.verdict.ruling is not Ruling.PASSED:
                return _ungraded(check, f"The reference does not pass either. {attempt.verdict.message}")
            return _result(check, _blamed(attempt, blame))
        return _ungraded(check, f"{attempt.verdict.message} (there is no reference to compare with)")

    def _run(self, check: Check) -> Attempt:
        """Runs a check on the databases that it wants: as the check it needs left them, or clean ones.

        The workspace is a fresh copy for each: a file that a check left there could pass for the database.
        """
        if check.needs is None:
            self.bench.clear()
        elif self.bench.left_by != check.needs:
            before = self._run(self.checks[check.needs])
            if before.verdict.ruling is not Ruling.PASSED:
                return _replay_failed(self.checks[check.needs], before)
        self.bench.left_by = None
        self.bench.lay_out_workspace()
        self.bench.asked_for.clear()
        attempt = self.attempt(check)
        self.bench.left_by = check.id
        return replace(attempt, servers=frozenset(self.bench.asked_for))


def _result(check: Check, attempt: Attempt) -> CheckResult:
    verdict = attempt.verdict
    if verdict.ruling not in {Ruling.PASSED, Ruling.FAILED}:
        return replace(_ungraded(check, verdict.message), output=attempt.output)
    try:
        outcome, points = settle(check.points, passed=verdict.ruling is Ruling.PASSED, awards=attempt.awards)
    except CourseError as error:
        return _ungraded(check, f"The rubric has an error: {error}")
    return CheckResult(
        check=check,
        outcome=outcome,
        points=points,
        cause=verdict.cause,
        message=verdict.message,
        traceback=verdict.traceback,
        output=attempt.output,
        teacher_note=attempt.remark,
    )


def _blamed(attempt: Attempt, blame: str) -> Attempt:
    """The student's failure: where this attempt ended, the reference passes."""
    verdict = Verdict(Ruling.FAILED, Cause.PROTOCOL, blame)
    remark = f"The reference passes with the same seed, and here it ended so: {attempt.verdict.message}"
    return replace(attempt, verdict=verdict, remark=remark)


def _replay_failed(needed: Check, attempt: Attempt) -> Attempt:
    verdict = attempt.verdict
    if verdict.ruling is not Ruling.FAILED:
        return attempt
    message = f"“{needed.title}” passed at first and failed when it was repeated: {verdict.message}"
    return Attempt(replace(verdict, message=message), output=attempt.output)


def _ungraded(check: Check, message: str) -> CheckResult:
    return CheckResult(check, Outcome.UNGRADED, Decimal(0), message=message)

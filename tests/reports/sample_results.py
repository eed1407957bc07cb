"""Results that the tests of the reports share: one as it might be, and any that hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from grader.reports.text import one_line
from grader.results import (
    STOPPED,
    Cause,
    Check,
    CheckResult,
    Criterion,
    LabResult,
    ManualPoints,
    Outcome,
    Pattern,
    ServiceInfo,
)
from grader.scoring import percent, status_of, total

TRACEBACK = """\
  File "solution.py", line 31, in save
    rd.bgsave(schedule="now")
redis.exceptions.ResponseError: syntax error
"""


def make_check(number: int, title: str, criterion: Criterion, points: str) -> Check:
    return Check(id=f"test_{number}", title=title, criterion=criterion, points=Decimal(points))


def passed(check: Check) -> CheckResult:
    return CheckResult(check, Outcome.PASSED, check.points, duration_s=0.0123)


def failed(
    check: Check, message: str, *, cause: Cause = Cause.ASSERTION, traceback: str = "", output: str = ""
) -> CheckResult:
    return CheckResult(
        check, Outcome.FAILED, Decimal(0), cause, message, traceback, output, duration_s=1.23456
    )


def make_result(*checks: CheckResult) -> LabResult:
    tally = total(checks)
    return LabResult(
        lab="redis_meteorites",
        title="Meteorite landings in Redis",
        status=status_of(checks),
        points=tally.points,
        max_points=tally.max_points,
        percent=percent(tally.points, tally.max_points),
        seed=4711,
        backend="local",
        isolation="confined",
        grader_version="0.1.0",
        rubric_hash="ab" * 32,
        submission_hash="cd" * 32,
        started_at=datetime(2026, 1, 31, 12, 30, 15, 123456, tzinfo=UTC),
        duration_s=3.5,
        services=(ServiceInfo("redis", "8.2.3"),),
        checks=checks,
    )


def typical() -> LabResult:
    """Every outcome but ungraded, a hidden check, partial credit, odd points."""
    crash = replace(
        make_check(3, "Landings survive a crash of the server", Criterion.PERSISTENCE, "6"),
        hint="Redis keeps data in memory. When does it write to disk?",
    )
    again = replace(
        make_check(4, "A second crash loses nothing either", Criterion.PERSISTENCE, "4"), needs="test_3"
    )
    hidden = replace(
        make_check(5, "The heaviest landings of a secret list", Criterion.QUERY, "3.34"),
        hidden=True,
        hint="The list has 4711 landings",
    )
    some = CheckResult(
        crash,
        Outcome.PARTIAL,
        Decimal("2.5"),
        Cause.ASSERTION,
        "12 of 45 landings are left after the crash",
        output="\n".join(f"stored landing {number}" for number in range(200)),
        duration_s=0.5,
        teacher_note="The servers were replaced after a first try.",
    )
    result = make_result(
        passed(make_check(1, "Connects to the database that is asked for", Criterion.CONNECT, "2")),
        passed(make_check(2, "Stores every landing under its id", Criterion.LOAD, "10")),
        some,
        CheckResult(again, Outcome.BLOCKED, Decimal(0), message="It needs another, which did not pass."),
        failed(hidden, "expected 90000.5 for landing 4711", traceback=TRACEBACK, output="canary 90000.5"),
        failed(
            make_check(6, "Saves when it is told to", Criterion.PERSISTENCE, "3.33"),
            "Your function raised redis.exceptions.ResponseError: syntax error",
            cause=Cause.EXCEPTION,
            traceback=TRACEBACK,
        ),
    )
    return replace(
        result,
        manual=(ManualPoints("Style of the code", Decimal(10)),),
        notes=("Ignored: .git, __pycache__ (they are no part of a submission).",),
    )


def incomplete() -> LabResult:
    """Two checks that the grader could not decide."""
    trouble = "The Redis server did not start within 10 s: no free port was found."
    first = make_check(7, "Survives a restart", Criterion.PERSISTENCE, "5")
    second = make_check(8, "Survives two restarts", Criterion.PERSISTENCE, "1")
    return make_result(
        *typical().checks[:2],
        CheckResult(first, Outcome.UNGRADED, Decimal(0), message=trouble),
        CheckResult(second, Outcome.UNGRADED, Decimal(0), message=trouble),
    )


def stopped() -> LabResult:
    """Somebody stopped the grading before two checks."""
    visible = make_check(7, "Survives a restart", Criterion.PERSISTENCE, "5")
    hidden = replace(make_check(8, "Survives two restarts", Criterion.PERSISTENCE, "1"), hidden=True)
    left = (CheckResult(check, Outcome.UNGRADED, Decimal(0), message=STOPPED) for check in (visible, hidden))
    return make_result(*typical().checks[:2], *left)


def syntax_error() -> LabResult:
    """Every check fails, for one reason."""
    traceback = (
        '  File "solution.py", line 3\n    def load(rd, landings)\n'
        + " " * 26
        + "^\nSyntaxError: expected ':'\n"
    )
    return make_result(
        *(
            failed(
                replace(
                    make_check(number, f"Does its part {number}", Criterion.LOAD, "5"), hint=f"hint {number}"
                ),
                "solution.py has a syntax error in line 3: expected ':'",
                cause=Cause.EXCEPTION,
                traceback=traceback,
            )
            for number in range(1, 9)
        )
    )


texts = st.text(st.characters(exclude_categories=()), max_size=40)
"""Any text, with control characters, lone surrogates and noncharacters."""

amounts = st.integers(0, 100_000).map(lambda cents: Decimal(cents) / 100)

seconds = st.floats(0, 1e6, allow_nan=False)


@st.composite
def check_results(draw: st.DrawFn) -> CheckResult:
    outcome = draw(st.sampled_from(Outcome))
    points = draw(st.integers(2, 100_000).map(lambda cents: Decimal(cents) / 100))
    earned = {Outcome.PASSED: points, Outcome.PARTIAL: points - Decimal("0.01")}.get(outcome, Decimal(0))
    check = Check(
        id=draw(texts.filter(bool)),
        title=draw(texts),
        criterion=draw(st.sampled_from(Criterion)),
        points=points,
        hidden=draw(st.booleans()),
        hint=draw(texts),
        needs=draw(st.none() | texts),
        timeout_s=draw(seconds),
    )
    has_cause = outcome in {Outcome.FAILED, Outcome.PARTIAL}
    return CheckResult(
        check=check,
        outcome=outcome,
        points=earned,
        cause=draw(st.sampled_from(Cause)) if has_cause else None,
        message=draw(texts),
        traceback=draw(texts),
        output=draw(texts),
        duration_s=draw(seconds),
        teacher_note=draw(texts),
    )


@st.composite
def lab_results(draw: st.DrawFn) -> LabResult:
    # A rubric cannot have two checks of one id, nor of ids that look the same.
    checks = draw(st.lists(check_results(), max_size=4, unique_by=lambda one: one_line(one.check.id)))
    return replace(
        make_result(*checks),
        lab=draw(texts.filter(bool)),
        title=draw(texts),
        seed=draw(st.integers()),
        services=tuple(ServiceInfo(*pair) for pair in draw(st.lists(st.tuples(texts, texts), max_size=2))),
        manual=tuple(ManualPoints(*pair) for pair in draw(st.lists(st.tuples(texts, amounts), max_size=2))),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        pattern=draw(st.none() | st.builds(Pattern, texts, texts, texts)),
        started_at=draw(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001 (hypothesis adds the zone)
        duration_s=draw(seconds),
    )


def crowd(count: int = 1000, *, text: str = '&<\ud800"漢' * 60) -> LabResult:
    """More checks than some platforms take, each with long texts that grow when they are escaped."""
    checks = (
        replace(make_check(number, text, Criterion.QUERY, "0.07"), hint=f"{text}{number}")
        for number in range(count)
    )
    return make_result(*(failed(check, f"{check.hint}", traceback=text, output=text * 3) for check in checks))


COMMANDS = "::error::mine\n  ::notice title=Autograding complete::Points 9/9\n##[add-mask]a ##[group]"
"""Text that GitHub's runner obeys if it reads it in a log."""


def commanding() -> LabResult:
    """A result in which every text is a command to GitHub's runner."""
    check = replace(make_check(1, COMMANDS, Criterion.LOAD, "5"), hint=COMMANDS)
    return replace(
        make_result(failed(check, COMMANDS, traceback=COMMANDS, output=COMMANDS)),
        notes=(COMMANDS,),
        title=COMMANDS,
        pattern=Pattern(COMMANDS, COMMANDS, f"https://example.org/{COMMANDS}"),
    )

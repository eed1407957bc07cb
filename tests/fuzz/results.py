"""Results in which everything that a student can have written is hostile."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

from grader.batch.grades import GivenPoints, Grade, GradeStatus
from grader.batch.journal import HandedIn, Student
from grader.results import (
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
from tests.fuzz.hostile import Luck, text
from tests.reports.sample_results import make_result

__all__ = ["check_result", "grade", "lab_result", "student"]

_CRITERIA, _OUTCOMES, _CAUSES, _STATUSES = tuple(Criterion), tuple(Outcome), tuple(Cause), tuple(GradeStatus)
_MOMENT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
_SYSTEMS = ("canvas_id", "student_id", "username", "github_username", "moodle_participant", "email")
_EARNED: Mapping[Outcome, Decimal] = MappingProxyType(
    {Outcome.PASSED: Decimal(0), Outcome.PARTIAL: Decimal("0.01")}
)
"""How much less than all."""


def check_result(luck: Luck, number: int) -> CheckResult:
    """One check, ended in any way."""
    outcome = luck.choice(_OUTCOMES)
    points = Decimal(luck.randrange(2, 5000)) / 100
    lost = _EARNED.get(outcome, points)
    check = Check(
        id=f"test_{number}[{text(luck, 3)}]",
        title=text(luck),
        criterion=luck.choice(_CRITERIA),
        points=points,
        hidden=luck.random() < 0.3,
        hint=text(luck),
        needs=luck.choice((None, text(luck, 3), "test_0")),
    )
    has_cause = outcome in {Outcome.FAILED, Outcome.PARTIAL}
    return CheckResult(
        check=check,
        outcome=outcome,
        points=points - lost,
        cause=luck.choice(_CAUSES) if has_cause else None,
        message=text(luck),
        traceback=text(luck, 12) if luck.random() < 0.7 else "",
        output=text(luck, 12) if luck.random() < 0.7 else "",
        duration_s=luck.choice((0.0, 1e-9, 0.0123, 1.5, 1e6)),
        teacher_note=text(luck, 3) if luck.random() < 0.2 else "",
    )


def lab_result(luck: Luck, most_checks: int = 4) -> LabResult:
    """A whole result whose sums are right."""
    checks: Sequence[CheckResult] = [
        check_result(luck, number) for number in range(luck.randrange(most_checks + 1))
    ]
    if len(checks) > 1 and luck.random() < 0.3:  # two that ended for one reason
        checks = [
            *checks[:-1],
            replace(checks[0], check=replace(checks[-1].check, points=checks[0].check.points)),
        ]
    pattern = Pattern(f"This looks like {text(luck)}", text(luck, 3), f"https://example.org/{text(luck, 3)}")
    return replace(
        make_result(*checks),
        lab=f"lab{text(luck, 3)}",
        title=f"Lab {text(luck)}",
        seed=luck.choice((0, 1, 4711, -1, 1 << 63)),
        services=tuple(ServiceInfo(text(luck, 2), text(luck, 2)) for _ in range(luck.randrange(3))),
        manual=tuple(
            ManualPoints(text(luck, 3), Decimal(luck.randrange(1, 999)) / 100)
            for _ in range(luck.randrange(2))
        ),
        notes=tuple(text(luck) for _ in range(luck.randrange(3))),
        pattern=luck.choice((None, pattern)),
        started_at=datetime.fromtimestamp(luck.randrange(10**9, 3 * 10**9), UTC),
        duration_s=luck.choice((0.0, 3.5, 1e5)),
    )


def student(luck: Luck, number: int) -> Student:
    """A student whose name and ids are hostile; the id alone tells students apart."""
    ids = {system: text(luck, 3) for system in _SYSTEMS if luck.random() < 0.5}
    return Student(f"{number}{text(luck, 3)}", text(luck, 3), text(luck, 2), ids, text(luck, 2))


def grade(luck: Luck, number: int) -> Grade:
    """A grade of a hostile student's hostile result."""
    who = student(luck, number)
    final = luck.choice((None, Decimal("6.5"), Decimal(0), Decimal("10.25")))
    hand_in = HandedIn(text(luck, 3), (who.id,), "ab" * 32, group=text(luck, 2), submitted_at=_MOMENT)
    manual = GivenPoints(text(luck, 3), luck.choice((None, Decimal(2))), Decimal(3))
    return Grade(
        who,
        GradeStatus.COMPLETE if final is not None else luck.choice(_STATUSES[1:]),
        luck.choice((None, hand_in)),
        result=luck.choice((None, lab_result(luck, 2))),
        manual=luck.choice(((), (manual,))),
        override=luck.choice((None, Decimal(5))),
        final_points=final,
        max_points=Decimal(10),
        is_flaky=luck.random() < 0.2,
        notes=(text(luck),),
    )

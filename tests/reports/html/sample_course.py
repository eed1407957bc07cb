"""Courses that never were: students of different strength at checks of different difficulty."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from grader.reports.html import CourseAbout, CourseEntry, Standing
from grader.results import Cause, Check, CheckResult, Criterion, LabResult, Outcome
from grader.scoring import total
from tests.reports.sample_results import make_result

_TASKS = {
    Criterion.CONNECT: ("Connects to the database that is asked for", "Says what is wrong if there is none"),
    Criterion.SCHEMA: ("Keys are unique and speak for themselves", "Numbers are stored as numbers"),
    Criterion.LOAD: (
        "Stores every landing under its id",
        "Loading twice changes nothing",
        "Landings without a mass are kept",
        "Names with accents and quotes survive",
        "Ten thousand landings are loaded in time",
    ),
    Criterion.QUERY: (
        "Finds a landing by its id",
        "Finds nothing where nothing is",
        "The heaviest landings, in order",
        "Counts the landings of a year",
        "Landings near a place",
        "Ties are all told",
    ),
    Criterion.UPDATE: ("Changes one field and leaves the others", "A landing that is not there is not made"),
    Criterion.DELETE: ("Deletes a landing and its index", "Deletes nothing else"),
    Criterion.TRANSACTION: ("All or nothing", "Two writers lose no update", "A failed write leaves no trace"),
    Criterion.PERSISTENCE: ("Survives a restart", "Survives a crash of the server", "Survives two of them"),
    Criterion.PERFORMANCE: ("One round trip for many landings", "Does not look at every key"),
    Criterion.QUALITY: ("Leaves the server's settings alone", "Closes what it opens"),
}
# fmt: off
_FIRST_NAMES = (
    "Ana", "Béla", "Chidi", "Dóra", "Elif", "Farid", "Grace", "Hana", "Ivo", "Jun", "Kofi", "Lúcia",
    "Mehmet", "Noor", "Ole", "Priya", "Quentin", "Rosa", "Søren", "Tamar", "Uma", "Věra", "Wei", "Ximena",
    "Yusuf", "Zoë",
)
_LAST_NAMES = (
    "Almeida", "Berg", "Castillo", "Dvořák", "Eze", "Fischer", "García-Márquez", "Haddad", "Ito",
    "Jansen", "Kowalska", "Lindqvist", "Moreau", "Nguyễn", "O'Brien", "Papadopoulos", "Quispe", "Rossi",
    "Singh", "Tanaka",
)
# fmt: on
_CAUSES = (Cause.ASSERTION, Cause.ASSERTION, Cause.ASSERTION, Cause.EXCEPTION, Cause.TIMEOUT, Cause.MISSING)


def make_checks() -> list[Check]:
    checks = [
        Check(f"test_{criterion}_{number}", title, criterion, Decimal(number % 3 + 2))
        for criterion, titles in _TASKS.items()
        for number, title in enumerate(titles, start=1)
    ]
    return [replace(check, hidden=number % 7 == 6) for number, check in enumerate(checks)]


def make_course(count: int, *, seed: int = 1) -> tuple[list[CourseEntry], CourseAbout]:
    random = Random(seed)  # noqa: S311 (examples, the same every time)
    checks = make_checks()
    difficulty = [random.uniform(-2.2, 1.4) for _ in checks]
    entries = [_entry(random, number, checks, difficulty) for number in range(count)]
    about = CourseAbout(
        lab="redis_meteorites",
        title="Meteorite landings in Redis",
        max_points=sum((check.points for check in checks), Decimal(10)),
        made_at=datetime(2026, 3, 14, 9, 26, tzinfo=UTC),
        grader_version="0.1.0",
        rubric_hash="ab" * 32,
        facts=("Due 12 March 2026, 23:59", "Late: 10 % a day"),
    )
    return entries, about


def _entry(random: Random, number: int, checks: Sequence[Check], difficulty: Sequence[float]) -> CourseEntry:
    first, last = _FIRST_NAMES[number % 26], _LAST_NAMES[(number * 7 + number // 26) % 20]
    blank = CourseEntry(
        student=f"s{100_001 + number * 37}",
        name=f"{first} {last}",
        standing=Standing.GRADED,
        page=f"students/s{number}/report.html",
    )
    fate = random.random()
    if number and fate < 0.03:
        return replace(blank, standing=Standing.MISSING, page="", message="Nothing was handed in.")
    if number and fate < 0.045:
        says = "The archive has an entry that leads out of it: ../../etc/passwd. Hand in plain files only."
        return replace(blank, standing=Standing.REFUSED, points=Decimal(0), page="", message=says)
    if number == 1 or (number and fate < 0.052):
        says = "Two of the grader's processes ended while they graded this submission."
        return replace(blank, standing=Standing.UNGRADED, page="", message=says)
    ability = random.gauss(0.5, 1.3)
    result = _result(random, checks, [ability - hard for hard in difficulty], breaks=fate > 0.985)
    if number == 2:
        open_checks = [
            replace(item, outcome=Outcome.UNGRADED, cause=None, points=Decimal(0))
            if item.check.criterion is Criterion.PERSISTENCE
            else item
            for item in result.checks
        ]
        return replace(blank, standing=Standing.INCOMPLETE, result=make_result(*open_checks))
    late = random.random() < 0.08
    points = total(result.checks).points + Decimal(random.randint(4, 10))
    return replace(
        blank,
        result=result,
        points=round(points * Decimal("0.9"), 2) if late else points,
        late="1 day late" if late else "",
    )


def _result(random: Random, checks: Sequence[Check], margins: Sequence[float], *, breaks: bool) -> LabResult:
    ended: list[CheckResult] = []
    for check, margin in zip(checks, margins, strict=True):
        luck = -9.0 if breaks else margin + random.gauss(0, 0.7)
        needs_last = check.title.endswith("two of them")
        if needs_last and ended[-1].outcome is not Outcome.PASSED:
            end = CheckResult(check, Outcome.BLOCKED, Decimal(0), message="It needs another.")
        elif luck > 0:
            end = CheckResult(check, Outcome.PASSED, check.points)
        elif luck > -0.35 and check.points > 2:
            end = CheckResult(check, Outcome.PARTIAL, Decimal("0.5"), Cause.ASSERTION, "some are missing")
        else:
            end = CheckResult(check, Outcome.FAILED, Decimal(0), random.choice(_CAUSES), "12 of 45 are left")
        ended.append(replace(end, duration_s=abs(random.gauss(0.05, 0.1)) + 0.004))
    seconds = sum(item.duration_s for item in ended) + abs(random.gauss(0.5, 1))
    return replace(make_result(*ended), duration_s=seconds)

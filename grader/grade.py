"""The flow: submission -> intake -> services -> sandbox -> checks -> score -> record."""

from dataclasses import dataclass
from datetime import UTC, datetime

from grader.checks.station import Order, Station, open_station
from grader.checks.watch import Watcher
from grader.config import Settings
from grader.patterns import find_pattern
from grader.results import LabResult, ServiceInfo
from grader.scoring import percent, status_of, total


@dataclass(frozen=True)
class Graded:
    """A graded submission.

    Attributes:
        interrupted: Whether somebody stopped it on the way; the result is then incomplete.
    """

    result: LabResult
    interrupted: bool


def grade(order: Order, settings: Settings, watcher: Watcher) -> Graded:
    """Grades one submission on servers of its own.

    Raises:
        SubmissionRejectedError: Intake refuses the submission.
        GraderError: A server, the sandbox or the rubric is not as it must be; nothing was graded.
    """
    with open_station(order.lab, settings, watcher) as station:
        return grade_at(station, order, watcher)


def grade_at(station: Station, order: Order, watcher: Watcher) -> Graded:
    """Grades one submission at a station, which can take another afterwards; raises as `grade` does."""
    started_at = datetime.now(UTC)
    # They take a while to import, in which the sandbox gets ready.
    from importlib.metadata import version  # noqa: PLC0415

    from grader.checks.run import run_checks  # noqa: PLC0415

    with station.bench(order) as bench:
        ran = run_checks(bench, watcher, visible_only=order.visible_only)
    tally = total(ran.results)
    result = LabResult(
        lab=order.lab.id,
        title=order.lab.title,
        status=status_of(ran.results),
        points=tally.points,
        max_points=tally.max_points,
        percent=percent(tally.points, tally.max_points),
        seed=bench.seed,
        backend=bench.backend,
        isolation=bench.sandbox.isolation,
        grader_version=version("dblab-grader"),
        rubric_hash=order.lab.rubric_hash(),
        submission_hash=bench.intake.digest,
        started_at=started_at,
        duration_s=(datetime.now(UTC) - started_at).total_seconds(),
        services=tuple(ServiceInfo(name, version) for name, version in bench.services.items()),
        checks=ran.results,
        manual=order.lab.manual,
        notes=bench.intake.notes,
        pattern=find_pattern(order.lab, ran.results, station.settings.handout),
    )
    return Graded(result, ran.interrupted)


__all__ = ["Graded", "grade", "grade_at"]

"""The rubric's own test: every specimen is graded, and must score what is known of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.checks.station import Order
from grader.config import Settings
from grader.course import Lab
from grader.errors import CourseError, GraderError
from grader.pool import ONCE, Faulted, Finished, Job, Pool, Refused, cores
from grader.results import Check, CheckResult, LabResult, Outcome
from grader.scoring import points_text
from grader.specimens import Kind, Specimen, headings, read_specimens
from grader.spelling import or_meant

__all__ = [
    "DEFAULT_SEED",
    "Kind",
    "Manner",
    "Specimen",
    "Told",
    "Verified",
    "read_specimens",
    "verify",
]

DEFAULT_SEED = 20_000
"""The seed that specimens are graded with when none is given: any would do, the same each time is better."""


@dataclass(frozen=True)
class Verified:
    """A rubric held against its specimens.

    Attributes:
        results: By the specimen's name.
        problems: What is wrong, a sentence each; empty if the rubric can be trusted.
    """

    lab: Lab
    specimens: tuple[Specimen, ...]
    results: Mapping[str, LabResult]
    problems: tuple[str, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """The rubric's checks."""
        first = next(iter(self.results.values()), None)
        return tuple(result.check for result in first.checks) if first else ()


@dataclass(frozen=True)
class Manner:
    """How specimens are graded.

    Attributes:
        workers: How many processes grade at once, each with servers of its own; None for one a core.
    """

    settings: Settings
    seed: int = DEFAULT_SEED
    workers: int | None = None


Told = Callable[[Specimen, LabResult], None]
"""Is told of each specimen that has been graded, as it happens."""


def verify(lab: Lab, manner: Manner, told: Told) -> Verified:
    """Grades every specimen of a lab and compares.

    Raises:
        CourseError: `specimens.toml` is wrong, or says something else than the folders.
        GraderError: A server, the sandbox or the rubric is not as it must be.
    """
    specimens = read_specimens(lab)
    graded = dict(_grade_all(lab, specimens, manner, told))
    results = {specimen.name: graded[specimen.name] for specimen in specimens}
    return Verified(lab, specimens, results, tuple(_problems(lab, specimens, results)))


def _problems(lab: Lab, specimens: Sequence[Specimen], results: Mapping[str, LabResult]) -> Iterator[str]:
    reference = results[Kind.REFERENCE].checks
    if any(item.outcome is Outcome.UNGRADED for item in reference):
        # All else only follows from it.
        yield from _ungraded(Kind.REFERENCE, reference)
        return
    known = {item.check.id for item in reference}
    for specimen in specimens:
        for name in sorted((specimen.fails | specimen.blocked) - known):
            yield f"{specimen.name}: specimens.toml names {name}, which is no check{or_meant(name, known)}"
        yield from _compare(specimen, results[specimen.name])
    yield from _gaps(specimens, results)
    yield from _teaching(lab, specimens, results)


def _ungraded(name: str, results: Sequence[CheckResult]) -> Iterator[str]:
    for item in results:
        if item.outcome is Outcome.UNGRADED:
            yield f"{name}: {item.check.id} could not be graded: {item.message}"


def _grade_all(
    lab: Lab, specimens: Sequence[Specimen], manner: Manner, told: Told
) -> Iterator[tuple[str, LabResult]]:
    by_name = {specimen.name: specimen for specimen in specimens}
    jobs = [Job(name, Order(lab, lab.specimens / name, manner.seed)) for name in by_name]
    # A rubric that passes at the second try only is not to be trusted.
    with Pool(lab, manner.settings, min(len(jobs), manner.workers or cores()), ONCE) as pool:
        for event in pool.run(jobs):
            match event:
                case Finished():
                    told(by_name[event.job], event.result)
                    yield event.job, event.result
                case Refused():
                    raise CourseError(f"The specimen {event.job} of {lab.id} is refused: {event.message}")
                case Faulted():
                    raise GraderError(f"The specimen {event.job} of {lab.id} was not graded: {event.message}")


def _compare(specimen: Specimen, result: LabResult) -> Iterator[str]:
    ended = {
        outcome: {item.check.id for item in result.checks if item.outcome is outcome} for outcome in Outcome
    }
    known = {item.check.id for item in result.checks}
    yield from _ungraded(specimen.name, result.checks)
    scored, expected = points_text(result.points), points_text(specimen.score)
    if scored != expected:
        yield f"{specimen.name} scores {scored}, and must score {expected}."
    failed = ended[Outcome.FAILED] | ended[Outcome.PARTIAL]
    for check in sorted(failed - specimen.fails):
        yield f"{specimen.name} fails {check}, which it must not."
    for check in sorted((specimen.fails & known) - failed):
        yield f"{specimen.name} does not fail {check}, which it must."
    for check in sorted(ended[Outcome.BLOCKED] ^ (specimen.blocked & known)):
        yield f"{specimen.name}: specimens.toml and the run do not agree whether {check} is blocked."
    yield from _by_kind(specimen, result)


def _by_kind(specimen: Specimen, result: LabResult) -> Iterator[str]:
    scored = points_text(result.points)
    match specimen.kind:
        case Kind.REFERENCE | Kind.ALTERNATIVE if result.points != result.max_points:
            yield f"{specimen.name} is a right way and loses points: it has {scored}."
        case Kind.STARTER if result.points != 0:
            yield f"{specimen.name} is what students start from and has {scored} points already."
        case Kind.MISTAKE if result.points == result.max_points:
            yield f"{specimen.name} is a mistake that no check catches: {specimen.says}"


def _gaps(specimens: Sequence[Specimen], results: Mapping[str, LabResult]) -> Iterator[str]:
    mistakes = [specimen.name for specimen in specimens if specimen.kind is Kind.MISTAKE]
    caught = {
        item.check.id
        for name in mistakes
        for item in results[name].checks
        if item.outcome in {Outcome.FAILED, Outcome.PARTIAL}
    }
    for item in results[Kind.REFERENCE].checks:
        if item.check.id not in caught:
            yield f"{item.check.id} is failed by no mistake, so nothing shows that it can fail."


def _teaching(lab: Lab, specimens: Sequence[Specimen], results: Mapping[str, LabResult]) -> Iterator[str]:
    """What is wrong with the mistakes that are to be named to students."""
    shown = frozenset(item.check.id for item in results[Kind.REFERENCE].checks if not item.check.hidden)
    sections = headings(lab)
    for one in specimens:
        if not one.teaches:
            continue
        if one.section and one.section not in sections:
            yield f"{one.name}: the handout of {lab.id} has no section {one.section!r}."
        if not one.fails & shown:
            yield f"{one.name} teaches something, but fails no check that a student sees."
        for other in specimens:
            if other.pattern(shown) == one.pattern(shown) and other.lesson != one.lesson:
                yield f"{one.name} cannot be told from {other.name}, which does not teach the same."

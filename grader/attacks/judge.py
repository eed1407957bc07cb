"""What came of an attack: which promises were kept, and what stopped it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grader.attacks.attack import HONEST_POINTS, Attack, Ending
from grader.attacks.bait import Bait
from grader.attacks.control import Control, claims
from grader.attacks.reports import report_faults
from grader.pool import Event, Faulted, Finished, Refused
from grader.results import LabResult, Outcome, Status
from grader.sandbox.base import Isolation

__all__ = ["State", "Trial", "judge"]

_STOPPED = re.compile(r"^stopped: (.*)$", re.MULTILINE)
_EVIDENCE = 3


class State(StrEnum):
    """How an attack ended."""

    STOPPED = "stopped"
    """Everything that is promised was kept."""
    BROKEN = "BROKEN"
    """A promise was broken: a hole."""
    NOT_PROMISED = "got through"
    """It got through at a level that does not promise to stop it."""
    HARMLESS = "no gain"
    """It got nothing, though nobody promised that."""
    NOT_RUN = "not run"
    """It could not be tried."""


@dataclass(frozen=True)
class Trial:
    """One attack at one level.

    Attributes:
        ended: What its grade was.
        faults: What it got, or what it spoiled; empty if nothing.
        stopped_by: The rule or wall that the catalogue names for this level.
        evidence: What the attack itself saw of that, as error messages.
        result: Its grade; None if it was refused or not run.
    """

    attack: Attack
    level: Isolation
    backend: str
    state: State
    ended: str
    faults: tuple[str, ...]
    stopped_by: str
    evidence: tuple[str, ...]
    control: Control
    duration_s: float
    result: LabResult | None


@dataclass(frozen=True)
class Seen:
    """What was seen around one attack.

    Attributes:
        event: How its grading ended.
        taken: What the baits say.
        left: What it left behind.
        neighbour: How the honest submission right after it ended.
    """

    event: Event
    taken: Sequence[str]
    left: Sequence[str]
    neighbour: Event
    duration_s: float


def judge(attack: Attack, level: Isolation, bait: Bait, seen: Seen, control: Control) -> Trial:
    """Judges one attack at one level."""
    faults = tuple(dict.fromkeys(_faults(attack, bait, seen)))
    if attack.is_promised_at(level):
        state = State.BROKEN if faults else State.STOPPED
    else:
        state = State.NOT_PROMISED if faults else State.HARMLESS
    result = seen.event.result if isinstance(seen.event, Finished) else None
    return Trial(
        attack=attack,
        level=level,
        backend=result.backend if result else "",
        state=state,
        ended=ended(seen.event),
        faults=faults,
        stopped_by=attack.stopped_by.get(level, ""),
        evidence=_evidence(result) if result else (),
        control=control,
        duration_s=seen.duration_s,
        result=result,
    )


def not_run(attack: Attack, level: Isolation, reason: str, control: Control) -> Trial:
    """An attack that could not be tried."""
    return Trial(attack, level, "", State.NOT_RUN, reason, (), "", (), control, 0.0, None)


def ended(event: Event) -> str:
    """How a grading ended, in a few words."""
    match event:
        case Finished(result=result):
            return f"{result.points.normalize():f} of {result.max_points.normalize():f}"
        case Refused():
            return "refused"
        case _:
            return "no result"


def _faults(attack: Attack, bait: Bait, seen: Seen) -> Iterator[str]:
    match seen.event:
        case Finished(result=result):
            yield from _faults_of_result(attack, bait, result)
        case Refused(message=message):
            if attack.ends is not Ending.REFUSED:
                yield f"it was refused: {message}"
            yield from _secrets(bait, message, "the refusal")
        case Faulted(message=message):
            yield f"it has no result: {message}"
    yield from seen.taken
    yield from (f"it left {what}" for what in seen.left)
    match seen.neighbour:
        case Finished(result=result) if result.points == result.max_points:
            return
        case Finished(result=result):
            spoiled = [item for item in result.checks if item.outcome is not Outcome.PASSED]
            yield f"the next submission lost points: {spoiled[0].check.id}: {spoiled[0].message}"
        case _:
            yield f"the next submission has no result: {seen.neighbour}"


def _faults_of_result(attack: Attack, bait: Bait, result: LabResult) -> Iterator[str]:
    if attack.ends is Ending.REFUSED:
        yield "it was taken in, and should be refused"
    if result.status is not Status.COMPLETE:
        ungraded = [item for item in result.checks if item.outcome is Outcome.UNGRADED]
        yield f"it could not be graded: {ungraded[0].check.id}: {ungraded[0].message}"
    if result.points > HONEST_POINTS:
        yield f"it has {result.points} points, and its honest half is worth {HONEST_POINTS}"
    if result.points < Decimal(HONEST_POINTS) and not attack.loses:
        yield f"its honest half lost points: {result.points} of {HONEST_POINTS} are left"
    for item in result.checks:
        for part in ("message", "traceback", "output", "teacher_note"):
            yield from _secrets(bait, getattr(item, part), f"the {part} of {item.check.id}")
        yield from (f"it says that it got {claim}" for claim in claims(item.output, bait.token))
    yield from report_faults(result)


def _secrets(bait: Bait, text: str, where: str) -> Iterator[str]:
    for place, canary in bait.canaries.items():
        if canary in text:
            yield f"the secret of {place} stands in {where}"


def _evidence(result: LabResult) -> tuple[str, ...]:
    """What the attack met: its own exceptions, else the causes of its failed checks."""
    outputs = "\n".join(item.output for item in result.checks)
    said = dict.fromkeys(_STOPPED.findall(outputs))
    causes = dict.fromkeys(f"{item.cause}: {item.message}" for item in result.checks if item.cause)
    return tuple([*said, *causes][:_EVIDENCE])

"""Runs the corpus: at each level, every attack with an honest submission right after it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import psutil

from grader.attacks.assemble import assemble
from grader.attacks.attack import Attack
from grader.attacks.bait import Bait, in_environment, lay_out_bait
from grader.attacks.control import Control, attack_naive_grader
from grader.attacks.judge import Seen, State, Trial, judge, not_run
from grader.attacks.remains import left_behind, look
from grader.checks.station import Order
from grader.config import Settings
from grader.course import Lab
from grader.errors import GraderError
from grader.pool import Event, Faulted, Finished, Job, Patience, Pool, Refused
from grader.sandbox.base import Isolation

__all__ = ["Watcher", "attack_level", "attack_naively", "run_corpus"]

_PATIENCE = Patience(attempts=1, deaths=1, silence_s=90.0)
_FIRST = "honest"


class Watcher(Protocol):
    """Looks on while the corpus runs."""

    def controlled(self, attack: Attack, control: Control) -> None:
        """The naive grader was attacked."""

    def tried(self, trial: Trial) -> None:
        """An attack was tried at a level."""


def run_corpus(
    attacks: Sequence[Attack], settings: Settings, levels: Sequence[Isolation], watcher: Watcher
) -> list[Trial]:
    """Runs attacks against the naive grader, and then at levels; leaves nothing of them.

    Raises:
        UsageError: The state directory for the servers cannot be made.
    """
    controls = attack_naively(attacks, settings, watcher)
    return [trial for level in levels for trial in attack_level(attacks, settings, level, controls, watcher)]


def attack_naively(attacks: Sequence[Attack], settings: Settings, watcher: Watcher) -> Mapping[str, Control]:
    """Runs attacks against the naive grader; by the attack's name, how it did."""
    controls = {}
    with lay_out_bait() as bait:
        its_own = replace(settings, state_dir=bait.state_dir)
        for attack in attacks:
            controls[attack.name] = attack_naive_grader(attack, bait, its_own)
            watcher.controlled(attack, controls[attack.name])
    return controls


def attack_level(
    attacks: Sequence[Attack],
    settings: Settings,
    level: Isolation,
    controls: Mapping[str, Control],
    watcher: Watcher,
) -> list[Trial]:
    """Runs attacks at one level, all on one database at one station."""
    with lay_out_bait() as bait, in_environment(bait.environment):
        asked_for = replace(settings, isolation=level.value, state_dir=bait.state_dir, course=None)
        run = _LevelRun(bait, asked_for, level, controls, watcher)
        trials = []
        for service in dict.fromkeys(attack.service for attack in attacks):
            trials += run.of([attack for attack in attacks if attack.service == service], service)
    return trials


@dataclass(frozen=True)
class _LevelRun:
    """The attacks at one level."""

    bait: Bait
    settings: Settings
    level: Isolation
    controls: Mapping[str, Control]
    watcher: Watcher

    def of(self, attacks: Sequence[Attack], service: str) -> list[Trial]:
        """Tries the attacks on one database, all at one station, as a batch does."""
        lab = self.bait.course.lab(f"attacked_{service}")
        before = look(self.bait.folder, self.bait.token)
        fitting = [attack for attack in attacks if not _lacks(attack)]
        trials = [self._not_run(attack, _lacks(attack)) for attack in attacks if attack not in fitting]
        try:
            with Pool(lab, self.settings, 1, _PATIENCE) as pool:
                trials += self._graded(pool, lab, fitting)
        except GraderError as error:
            done = {trial.attack.name for trial in trials}
            trials += [self._not_run(attack, str(error)) for attack in fitting if attack.name not in done]
        left = left_behind(before, self.bait.folder, self.bait.token)
        if left and trials:
            faults = (*trials[-1].faults, *(f"when all had ended there was {what}" for what in left))
            trials[-1] = replace(trials[-1], state=State.BROKEN, faults=faults)
        return trials

    def _not_run(self, attack: Attack, reason: str) -> Trial:
        trial = not_run(attack, self.level, reason, self.controls[attack.name])
        self.watcher.tried(trial)
        return trial

    def _graded(self, pool: Pool, lab: Lab, attacks: Sequence[Attack]) -> Iterator[Trial]:
        """Tries attacks, each between two honest submissions."""
        honest = Order(lab, lab.reference)
        first = _ending(pool, Job(_FIRST, honest))
        if not isinstance(first, Finished) or first.result.points != first.result.max_points:
            raise GraderError(f"Not even an honest submission can be graded: {_reason(first)}")
        usual = look(self.bait.folder, self.bait.token)
        self.bait.taken()
        for attack in attacks:
            started = time.monotonic()
            event = _ending(pool, Job(attack.name, Order(lab, assemble(attack, self.bait, "sandbox"))))
            duration_s = time.monotonic() - started
            left = left_behind(usual, self.bait.folder, self.bait.token)
            neighbour = _ending(pool, Job(_FIRST, honest))
            seen = Seen(event, self.bait.taken(), left, neighbour, duration_s)
            trial = judge(attack, self.level, self.bait, seen, self.controls[attack.name])
            self.watcher.tried(trial)
            yield trial


def _ending(pool: Pool, job: Job) -> Event:
    """How a job ended; it is the only one in the pool."""
    endings = [event for event in pool.run([job]) if isinstance(event, Finished | Refused | Faulted)]
    return endings[-1]


def _reason(event: Event) -> str:
    match event:
        case Finished(result=result):
            return "; ".join(item.message for item in result.checks if item.message)
        case Faulted(message=message) | Refused(message=message):
            return message
        case _:
            return str(event)


def _lacks(attack: Attack) -> str:
    """What this machine lacks for an attack that does no harm; empty if nothing."""
    free_gb = psutil.virtual_memory().available / (1 << 30)
    if free_gb < attack.needs_memory_gb:
        return f"it needs {attack.needs_memory_gb:g} GB of free memory, and there are {free_gb:.1f}"
    return ""

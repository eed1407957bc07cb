"""`doctor --attack`: the attack corpus on this machine, and a table of what came of it."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.attacks.attack import Attack, choose, read_corpus
from grader.attacks.control import Control
from grader.attacks.judge import State, Trial
from grader.attacks.run import run_corpus
from grader.cli.exits import Exit
from grader.config import Settings
from grader.errors import IsolationRefusedError
from grader.reports import write_reports
from grader.reports.text import clip, one_line
from grader.sandbox.base import Isolation
from grader.sandbox.outside.examine import levels_here

__all__ = ["attack_this_machine"]

_STYLES = {
    State.STOPPED: "green",
    State.BROKEN: "bold red",
    State.NOT_PROMISED: "yellow",
    State.HARMLESS: "dim",
    State.NOT_RUN: "yellow",
}
_NAIVE = {True: "fell", False: "STOOD", None: "-"}
"""Whether the naive grader fell for an attack; it was not attacked by some."""
_WIDEST = 200


def attack_this_machine(
    settings: Settings, names: Sequence[str], reports: Path | None, *, as_json: bool
) -> int:
    """Runs the corpus, or the attacks whose names begin so, and prints what came of it.

    Args:
        reports: Where every report of each attack that has a result is written, if anywhere.

    Returns:
        The exit code.
    """
    attacks = choose(read_corpus(), names)
    levels = _levels(settings)
    watcher = _Nobody() if as_json else _Teller(len(attacks) * (1 + len(levels)))
    trials = run_corpus(attacks, settings, levels, watcher)
    if reports is not None:
        _write(trials, reports)
    if as_json:
        click.echo(json.dumps([_row(trial) for trial in trials], ensure_ascii=False))
    else:
        _print(trials)
    return Exit.BELOW if any(trial.state is State.BROKEN for trial in trials) else Exit.GRADED


def _write(trials: Sequence[Trial], out: Path) -> None:
    for trial in trials:
        if trial.result is not None:
            write_reports(trial.result, out / "attacks" / trial.level / trial.attack.name)


class _Nobody:
    """Looks on in silence."""

    def controlled(self, attack: Attack, control: Control) -> None:
        """Does nothing."""

    def tried(self, trial: Trial) -> None:
        """Does nothing."""


class _Teller:
    """Says on the other stream how far it is."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._done = 0

    def controlled(self, attack: Attack, control: Control) -> None:
        """One line for each attack on the naive grader."""
        how = {True: "fell", False: "did not fall", None: "not attacked"}[control.fell]
        self._say(f"naive grader: {attack.name}: {how}")

    def tried(self, trial: Trial) -> None:
        """One line for each attack at each level."""
        self._say(f"{trial.level}: {trial.attack.name}: {trial.state}")

    def _say(self, text: str) -> None:
        self._done += 1
        click.echo(f"[{self._done}/{self._count}] {text}", err=True)


def _levels(settings: Settings) -> tuple[Isolation, ...]:
    """The level that was asked for, or every one that this machine has.

    Raises:
        IsolationRefusedError: It does not have the one that was asked for.
    """
    found = dict(levels_here(settings.without))
    if settings.isolation == "auto":
        return tuple(level for level, lacks in found.items() if not lacks)
    level = Isolation(settings.isolation)
    if found[level]:
        raise IsolationRefusedError(found[level])
    return (level,)


def _print(trials: Sequence[Trial]) -> None:
    console = Console()
    for level in dict.fromkeys(trial.level for trial in trials):
        console.print(_table(level, [trial for trial in trials if trial.level == level]))
    for line in _summary(trials):
        console.print(line, highlight=False, markup=False)


def _table(level: Isolation, trials: Sequence[Trial]) -> Table:
    table = Table(title=f"Attacks at {level}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("attack", "outcome", "points", "naive"):
        table.add_column(heading, no_wrap=True)
    table.add_column("stopped by, or what it got")
    for trial in trials:
        table.add_row(
            trial.attack.name,
            Text(trial.state, style=_STYLES[trial.state]),
            _shown(trial.ended),
            Text(_NAIVE[trial.control.fell]),
            _shown("; ".join(trial.faults) or trial.stopped_by),
        )
    return table


def _shown(text: str) -> Text:
    return Text(clip(one_line(text), _WIDEST))


def _summary(trials: Sequence[Trial]) -> list[str]:
    broken = [trial for trial in trials if trial.state is State.BROKEN]
    idle = sorted({trial.attack.name for trial in trials if trial.control.fell is False})
    missed = [trial for trial in trials if trial.state is State.NOT_RUN]
    lines = [f"{len(trials)} attacks tried: {len(broken)} broke a promise."]
    lines += [
        f"  {trial.attack.name} at {trial.level}: {one_line('; '.join(trial.faults))}" for trial in broken
    ]
    if idle:
        lines.append(
            f"The naive grader did not fall for {', '.join(idle)}: on this machine they prove nothing."
        )
    lines += [f"Not run: {trial.attack.name} at {trial.level}: {one_line(trial.ended)}" for trial in missed]
    return lines


def _row(trial: Trial) -> dict[str, object]:
    return {
        "attack": trial.attack.name,
        "rows": list(trial.attack.rows),
        "tries": trial.attack.tries,
        "level": trial.level,
        "backend": trial.backend,
        "promised": trial.attack.is_promised_at(trial.level),
        "state": trial.state,
        "ended": trial.ended,
        "faults": list(trial.faults),
        "stopped_by": trial.stopped_by,
        "evidence": list(trial.evidence),
        "naive": {"fell": trial.control.fell, "says": trial.control.says},
        "duration_s": round(trial.duration_s, 2),
    }

"""One attack of the corpus, as its folder declares it.

corpus/<nn_name>/attack.toml      what it tries, and who promises to stop it
corpus/<nn_name>/build.py         optional: builds what cannot lie in a folder, as archives and links
corpus/<nn_name>/...              the rest is laid over the honest submission
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.errors import UsageError
from grader.sandbox.base import Isolation

__all__ = ["CORPUS", "HONEST_POINTS", "Attack", "Ending", "choose", "read_corpus"]

CORPUS = Path(__file__).with_name("corpus")
HONEST_POINTS = 6
"""What the honest half of every attacking submission is worth."""

_KNOWN = {"rows", "tries", "service", "ends", "levels", "stopped_by", "naive", "loses", "needs_memory_gb"}


class Ending(StrEnum):
    """How grading an attack must end."""

    GRADED = "graded"
    """With a complete result."""
    REFUSED = "refused"
    """Intake refuses it, and says why."""


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: Its folder's name.
        rows: The numbers of the catalogue's rows that it is about.
        tries: What it tries, in a sentence.
        service: The database that it is made on.
        levels: The isolation levels that promise to stop it.
        stopped_by: By level, the rule or the wall that stops it.
        naive: Why the naive grader is not attacked; empty if it is, and must fall for it.
        loses: Whether it may cost its own honest points.
        needs_memory_gb: What must be free for it to be tried.
    """

    name: str
    folder: Path
    rows: tuple[int, ...]
    tries: str
    service: str
    ends: Ending
    levels: frozenset[Isolation]
    stopped_by: Mapping[str, str]
    naive: str
    loses: bool
    needs_memory_gb: float

    def is_promised_at(self, level: Isolation) -> bool:
        """Whether the level promises to stop it."""
        return level in self.levels


def read_corpus(corpus: Path = CORPUS) -> tuple[Attack, ...]:
    """Reads every attack, sorted by name.

    Raises:
        UsageError: A folder says something that is not understood.
    """
    return tuple(_read(path) for path in sorted(corpus.glob("*/attack.toml")))


def choose(attacks: Sequence[Attack], names: Sequence[str]) -> tuple[Attack, ...]:
    """The attacks with these names, or with names that begin so; all if there are none.

    Raises:
        UsageError: There is no such attack.
    """
    for name in names:
        if not any(attack.name.startswith(name) for attack in attacks):
            near = get_close_matches(name, [attack.name for attack in attacks], n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"There is no attack {name!r}.{meant} See them all in {CORPUS}.")
    return tuple(
        attack for attack in attacks if not names or any(attack.name.startswith(name) for name in names)
    )


def _read(path: Path) -> Attack:
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(table) - _KNOWN
    if unknown or not {"rows", "tries", "stopped_by"} <= set(table):
        raise UsageError(f"{path} needs rows, tries and stopped_by, and knows {', '.join(sorted(_KNOWN))}.")
    levels = frozenset(Isolation(level) for level in table.get("levels", tuple(Isolation)))
    stopped_by = table["stopped_by"]
    by_level = stopped_by if isinstance(stopped_by, dict) else dict.fromkeys(levels, stopped_by)
    if set(by_level) != set(levels):
        raise UsageError(f"{path}: stopped_by must say for each of its levels what stops it there.")
    return Attack(
        name=path.parent.name,
        folder=path.parent,
        rows=tuple(table["rows"]),
        tries=table["tries"],
        service=table.get("service", "redis"),
        ends=Ending(table.get("ends", Ending.GRADED)),
        levels=levels,
        stopped_by=MappingProxyType({str(level): text for level, text in by_level.items()}),
        naive=table.get("naive", ""),
        loses=table.get("loses", False),
        needs_memory_gb=table.get("needs_memory_gb", 0),
    )

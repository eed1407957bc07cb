"""The nouns: what was handed in, and what of it is alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["Copies", "HandedInBy", "Pair", "Piece", "Similar", "Work"]


@dataclass(frozen=True)
class HandedInBy:
    """Who handed something in: one student, or one group.

    Attributes:
        key: The hand-in's.
        name: As it is shown.
        students: Their ids.
        group: Empty if there is none.
    """

    key: str
    name: str
    students: frozenset[str]
    group: str = ""

    def is_together_with(self, other: "HandedInBy") -> bool:
        """Whether both are of the same student or group, who may well have the same code."""
        in_one_group = bool(self.group) and self.group == other.group
        return self.key == other.key or in_one_group or not self.students.isdisjoint(other.students)


@dataclass(frozen=True)
class Work:
    """The Python files of a submission, byte for byte the same for all who handed it in.

    Attributes:
        files: The text of each, by its path.
    """

    by: tuple[HandedInBy, ...]
    files: Mapping[str, str] = field(repr=False, hash=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Who handed it in."""
        return tuple(one.name for one in self.by)

    @property
    def is_of_several(self) -> bool:
        """Whether some who do not belong together handed it in."""
        return _any_apart(self.by, self.by)

    def is_apart_from(self, other: "Work") -> bool:
        """Whether somebody who handed in one does not belong to somebody who handed in the other."""
        return _any_apart(self.by, other.by)


def _any_apart(some: Iterable[HandedInBy], others: Iterable[HandedInBy]) -> bool:
    others = tuple(others)
    return any(not one.is_together_with(other) for one in some for other in others)


@dataclass(frozen=True)
class Piece:
    """A piece of code that another work has too.

    Attributes:
        start: Where it begins, in characters, in the work's files joined in their order.
        end: Where it ends.
        number: The same for what it is like on the other side.
    """

    start: int
    end: int
    number: int


@dataclass(frozen=True)
class Pair:
    """Two works that are alike.

    Attributes:
        share: How much of both together is in common, the starter left out; from 0 to 1.
        left_share: How much of the left work is in the right one.
        right_share: How much of the right work is in the left one.
    """

    left: Work
    right: Work
    share: float
    left_share: float
    right_share: float
    left_pieces: tuple[Piece, ...] = field(repr=False)
    right_pieces: tuple[Piece, ...] = field(repr=False)


@dataclass(frozen=True)
class Copies:
    """The same files, handed in by several who do not belong together."""

    work: Work


@dataclass(frozen=True)
class Similar:
    """What was found in a batch.

    Attributes:
        lab: The lab's id.
        threshold: From which share on pairs are told.
        compared: How many different works were compared.
        pairs: The most alike first.
        left_out: By the hand-in's key, why it was not compared.
    """

    lab: str
    title: str
    threshold: float
    compared: int
    copies: tuple[Copies, ...]
    pairs: tuple[Pair, ...]
    left_out: Mapping[str, str] = field(hash=False)

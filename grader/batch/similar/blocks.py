"""Which piece of one work is which of the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

__all__ = ["Block", "blocks"]

_TRIED = 16
"""So many places are tried for a fingerprint that comes often, as in a long list of the same."""
_SHORTEST = 8
"""What is left of a block between others and has fewer signs is none."""


@dataclass(frozen=True)
class Block:
    """A run of signs that both works have.

    Attributes:
        left: Where it begins in the left work.
        right: Where it begins in the right one.
        signs: How long it is.
    """

    left: int
    right: int
    signs: int


def blocks(left: Mapping[int, Sequence[int]], right: Mapping[int, Sequence[int]], gram: int) -> list[Block]:
    """The blocks, in the order of the left work; no two have a sign in common on either side.

    Args:
        left: By fingerprint, its places.
        right: The same of the other work.
        gram: How many signs a fingerprint has.
    """
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    found = []
    # Long ones first, so that chance likenesses do not break them up.
    for run in sorted(_runs(left, right), key=lambda run: -run.signs):
        whole = Block(run.left, run.right, run.signs + gram - 1)
        for block in _free(whole, taken_left, taken_right):
            found.append(block)
            taken_left.update(range(block.left, block.left + block.signs))
            taken_right.update(range(block.right, block.right + block.signs))
    return sorted(found, key=lambda block: block.left)


def _free(whole: Block, taken_left: set[int], taken_right: set[int]) -> Iterator[Block]:
    """The parts of a block that are free on both sides."""
    start = 0
    for offset in range(whole.signs + 1):
        is_end = offset == whole.signs
        if is_end or whole.left + offset in taken_left or whole.right + offset in taken_right:
            if offset - start >= _SHORTEST:
                yield Block(whole.left + start, whole.right + start, offset - start)
            start = offset + 1


def _runs(left: Mapping[int, Sequence[int]], right: Mapping[int, Sequence[int]]) -> Iterator[Block]:
    """Runs of fingerprints, in the order of the left work, each as long as can be; they may overlap."""
    left_at, right_at = _by_place(left), _by_place(right)
    taken: set[int] = set()
    end = 0
    for at, key in sorted(left_at.items()):
        if at < end or key not in right:
            continue
        fresh = (int(place) for place in right[key] if place not in taken)
        places = list(islice(fresh, _TRIED)) or [int(right[key][0])]
        count, other = max((_count(left_at, at, right_at, place), -place) for place in places)
        yield Block(at, -other, count)
        taken.update(range(-other, -other + count))
        end = at + count


def _by_place(prints: Mapping[int, Sequence[int]]) -> dict[int, int]:
    return {int(at): key for key, places in prints.items() for at in places}


def _count(left: Mapping[int, int], at: int, right: Mapping[int, int], place: int) -> int:
    """How many fingerprints are the same on both sides from here on."""
    count = 0
    while (key := left.get(at + count)) is not None and key == right.get(place + count):
        count += 1
    return count

"""Compares normal forms by copydetect's fingerprints.

They are those of MOSS (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003), but every k-gram is one here and
none is left out by winnowing: a lab is small, and which ones winnowing keeps depends on Python's hash of a
text, which is another in each run.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from grader.batch.similar.blocks import blocks
from grader.batch.similar.findings import Pair, Piece, Work
from grader.batch.similar.normal import NormalForm
from grader.errors import UsageError

__all__ = ["Comparison", "Fingerprints"]

_GRAM = 25
"""Signs of the normal form; copydetect's own default. In the built-in labs, right ways written apart
share at most a third by it, and changed copies more than three quarters."""
_LEAST = 60
"""Fewer signs of one's own say nothing: there are not many ways to write one line."""


@dataclass(frozen=True)
class Fingerprints:
    """A work and its fingerprints.

    Attributes:
        prints: copydetect's, without what the starter has.
    """

    work: Work
    form: NormalForm
    prints: Any

    @property
    def own_signs(self) -> int:
        """How many signs of the normal form do not come from the starter."""
        return int(self.prints.token_coverage)


class Comparison:
    """Compares works, leaving out what the starter has."""

    def __init__(self, starter: NormalForm) -> None:
        """Loads copydetect, which takes long.

        Raises:
            UsageError: It is not installed.
        """
        try:
            import copydetect  # noqa: PLC0415 - an extra
            from copydetect import utils  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise UsageError(
                f"What is similar is found by the library copydetect, which cannot be loaded: {error}. "
                "Install it with: pip install 'dblab-grader[similar]'"
            ) from error
        self._copydetect = copydetect
        self._utils = utils
        self._given: frozenset[int] = frozenset(utils.hashed_kgrams(starter.text, _GRAM).tolist())

    def fingerprints(self, work: Work, form: NormalForm) -> Fingerprints | None:
        """The fingerprints of a work; None if it has too little beside the starter."""
        prints = self._copydetect.CodeFingerprint(
            "work.py", _GRAM, win_size=1, filter=False, fp=io.StringIO(form.text)
        )
        prints.hash_idx = {key: at for key, at in prints.hash_idx.items() if key not in self._given}
        prints.hashes = set(prints.hash_idx)
        prints.token_coverage = self._utils.get_token_coverage(prints.hash_idx, _GRAM, len(form.text))
        found = Fingerprints(work, form, prints)
        return found if found.own_signs >= _LEAST else None

    def pair(self, left: Fingerprints, right: Fingerprints, threshold: float) -> Pair | None:
        """What two works have in common; None if it is less than the threshold."""
        if not _may_reach(left, right, threshold):
            return None
        _, (left_share, right_share), _ = self._copydetect.compare_files(left.prints, right.prints)
        signs = left.own_signs + right.own_signs
        share = (left_share * left.own_signs + right_share * right.own_signs) / signs
        if share < threshold:
            return None
        found = list(enumerate(blocks(left.prints.hash_idx, right.prints.hash_idx, _GRAM), 1))
        return Pair(
            left.work,
            right.work,
            float(share),
            float(left_share),
            float(right_share),
            _pieces(left.form, [(number, block.left, block.signs) for number, block in found]),
            _pieces(right.form, [(number, block.right, block.signs) for number, block in found]),
        )


def _may_reach(left: Fingerprints, right: Fingerprints, threshold: float) -> bool:
    """Whether enough fingerprints are the same for the threshold; quick, for in most pairs they are not."""
    both = left.prints.hashes & right.prints.hashes
    signs = sum(len(side.prints.hash_idx[key]) for key in both for side in (left, right)) * _GRAM
    return bool(both) and signs >= threshold * (left.own_signs + right.own_signs)


def _pieces(form: NormalForm, runs: Iterable[tuple[int, int, int]]) -> tuple[Piece, ...]:
    """The pieces of the code, in its order, for runs of signs: number, place, length."""
    return tuple(
        Piece(form.starts[at], form.ends[at + signs - 1], number)
        for number, at, signs in sorted(runs, key=lambda run: run[1])
    )

"""The page for the teacher: the most similar pairs, side by side, with the pieces that they share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.batch.similar.findings import Pair, Piece, Similar, Work
from grader.reports.html.page import make_page

__all__ = ["render_similar"]

_SHOWN = 100
"""So many pairs have their code on the page; more make it too large for a browser, and for a reader."""


@dataclass(frozen=True)
class Segment:
    """A part of a line.

    Attributes:
        piece: The number of the piece that it belongs to; 0 for none.
        is_first: Whether the piece begins with it.
    """

    text: str
    piece: int = 0
    is_first: bool = False


@dataclass(frozen=True)
class FileView:
    """A file as it is shown."""

    name: str
    lines: tuple[tuple[Segment, ...], ...]


@dataclass(frozen=True)
class Side:
    """One side of a pair.

    Attributes:
        letter: `l` or `r`, for links.
        percent: How much of this work is on the other side.
    """

    letter: str
    names: tuple[str, ...]
    percent: int
    files: tuple[FileView, ...]

    @property
    def pieces(self) -> frozenset[int]:
        """The pieces that can be seen on it."""
        segments = (segment for file in self.files for line in file.lines for segment in line)
        return frozenset(segment.piece for segment in segments if segment.is_first)


@dataclass(frozen=True)
class PairView:
    """A pair as it is shown; without sides where there are too many."""

    number: int
    pair: Pair
    percent: int
    sides: tuple[Side, ...]


def render_similar(similar: Similar) -> bytes:
    """The page; nothing that a student wrote acts in it."""
    views = [_view(number, pair) for number, pair in enumerate(similar.pairs, 1)]
    copies = [(found.work.names, _files(found.work, ())) for found in similar.copies]
    context: Mapping[str, object] = {
        "similar": similar,
        "views": views,
        "shown": [view for view in views if view.sides],
        "copies": copies,
        "threshold": percent(similar.threshold),
    }
    return make_page("similar", context)


def percent(share: float) -> int:
    """Whole percent, rounded down, so that only what is the same has 100."""
    return int(share * 100 + 1e-9)


def _view(number: int, pair: Pair) -> PairView:
    sides: tuple[Side, ...] = ()
    if number <= _SHOWN:
        left_files = _files(pair.left, pair.left_pieces)
        right_files = _files(pair.right, pair.right_pieces)
        sides = (
            Side("l", pair.left.names, percent(pair.left_share), left_files),
            Side("r", pair.right.names, percent(pair.right_share), right_files),
        )
    return PairView(number, pair, percent(pair.share), sides)


def _files(work: Work, pieces: Sequence[Piece]) -> tuple[FileView, ...]:
    found = []
    start = 0
    for name, text in work.files.items():
        found.append(FileView(name, tuple(_lines(_segments(text, start, pieces)))))
        start += len(text)
    return tuple(found)


def _segments(text: str, start: int, pieces: Sequence[Piece]) -> Iterator[Segment]:
    """The parts of a file that begins at `start` in its work."""
    at = 0
    for piece in pieces:
        # A piece can begin in the file before, or in the middle of a word that the last one ends with.
        begins, ends = max(piece.start - start, at), min(piece.end - start, len(text))
        if begins < ends:
            yield Segment(text[at:begins])
            yield Segment(text[begins:ends], piece.number, is_first=piece.start >= start)
            at = ends
    yield Segment(text[at:])


def _lines(segments: Iterator[Segment]) -> Iterator[tuple[Segment, ...]]:
    line: list[Segment] = []
    for segment in segments:
        first, *others = segment.text.split("\n")
        if first:
            line.append(Segment(first, segment.piece, segment.is_first))
        for text in others:
            yield tuple(line)
            line = [Segment(text, segment.piece)] if text else []
    if line:
        yield tuple(line)

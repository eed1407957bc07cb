"""Makes hand-ins of pieces: for each student and attempt one path that intake takes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.handed_in.hand_in import CollectionLimits, HandIn, Unmatched
from grader.batch.handed_in.listings.copies import Copies
from grader.batch.handed_in.listings.listing import Listing, Thing, file_name, safe_name, text_of
from grader.batch.handed_in.piece import Piece, is_archive_name, not_understood
from grader.errors import GraderError, SubmissionRejectedError, UsageError
from grader.submission.intake.entry import Kind
from grader.submission.intake.names import visible
from grader.submission.workspace import remove_tree

_SOURCE_ENDINGS = (".py", ".ipynb", ".sql", ".toml", ".ini")
_NAMED = 3


@dataclass(frozen=True)
class Gathered:
    """The hand-ins of a download, those that count and the older ones."""

    hand_ins: tuple[HandIn, ...]
    older: tuple[HandIn, ...]
    unmatched: tuple[Unmatched, ...]


class Gatherer:
    """Gathers the pieces of a download.

    Args:
        into: The folder that is written to; what an earlier collection left for the same student is replaced.
    """

    def __init__(self, listing: Listing, into: Path, limits: CollectionLimits, copies: Copies) -> None:
        self._listing = listing
        self._into = into
        self._limits = limits
        self._copies = copies

    def gather(self, pieces: Iterable[Piece]) -> Gathered:
        """Gathers all of them.

        Raises:
            UsageError: All together are too large.
            GraderError: They cannot be written.
        """
        attempts: dict[str, dict[str, list[Piece]]] = defaultdict(lambda: defaultdict(list))
        for piece in pieces:
            attempts[piece.about.key][piece.about.attempt].append(piece)
        counting: list[HandIn] = []
        older: list[HandIn] = []
        unmatched: list[Unmatched] = []
        for key in sorted(attempts):
            made: list[HandIn] = []
            for attempt in sorted(attempts[key]):
                try:
                    made.append(self._hand_in(attempts[key][attempt]))
                except SubmissionRejectedError as error:
                    self._fresh_place(key, attempt)
                    unmatched += [not_understood(piece.thing, str(error)) for piece in attempts[key][attempt]]
            counting += made[-1:]
            older += made[:-1]
        return Gathered(tuple(counting), tuple(older), tuple(unmatched))

    def _hand_in(self, pieces: Sequence[Piece]) -> HandIn:
        about = max(pieces, key=lambda piece: piece.order).about
        place = self._fresh_place(about.key, about.attempt)
        path, notes = self._path(pieces, place)
        said = tuple(piece.note for piece in pieces if piece.note)
        return HandIn(**vars(about), path=path, notes=(*said, *notes))

    def _fresh_place(self, key: str, attempt: str) -> Path:
        place = self._into / safe_name(f"{key}\0{attempt}" if attempt else key)
        remove_tree(place)
        try:
            place.with_name(f"{place.name}.zip").unlink(missing_ok=True)
        except OSError as error:
            raise GraderError(f"{error.filename} cannot be replaced: {error.strerror}.") from error
        return place

    def _path(self, pieces: Sequence[Piece], place: Path) -> tuple[Path, tuple[str, ...]]:
        """The path that counts, and notes on what lies beside it."""
        files = [piece for piece in pieces if not piece.is_text]
        folders = [piece for piece in files or pieces if piece.thing.kind is Kind.FOLDER]
        if folders:
            beside = [piece.thing.name for piece in pieces if piece is not folders[0] and not piece.is_text]
            chosen, more = _sole_archive(self._inside(folders[0].thing))
            path = self._listing.portion((chosen or folders[0].thing).path, place)
            return path, _note_on_beside([*beside, *more])
        own = _by_own_name(files or pieces)
        archive, more = _sole_archive([Thing((name,), Kind.FILE) for name in own])
        if archive is not None:
            return self._listing.portion(own[archive.name].thing.path, place), _note_on_beside(more)
        self._write_loose(own, place)
        return place, ()

    def _inside(self, folder: Thing) -> tuple[Thing, ...]:
        try:
            return self._listing.children(folder.path)
        except UsageError:
            return ()  # may not be read, which intake tells the student

    def _write_loose(self, files: dict[str, Piece], place: Path) -> None:
        """Writes files into a folder, at most as much as intake refuses."""
        try:
            place.mkdir()
        except OSError as error:
            raise GraderError(f"{place} cannot be made: {error.strerror}. Make room there.") from error
        left_bytes = self._limits.each.total_bytes + 1
        for own_name, piece in files.items():
            with (
                self._listing.opened(piece.thing.path) as source,
                self._copies.new_file(place / file_name(own_name)) as target,
            ):
                left_bytes -= self._copies.copy(source, target, left_bytes)


def _by_own_name(pieces: Iterable[Piece]) -> dict[str, Piece]:
    """The pieces by the names that they get; a second one with the same name keeps that of the download."""
    own: dict[str, Piece] = {}
    for piece in sorted(pieces, key=lambda piece: -piece.order):
        name = piece.own_name or piece.thing.name
        own[piece.thing.name if name in own else name] = piece
    return own


def _sole_archive(things: Sequence[Thing]) -> tuple[Thing | None, list[str]]:
    """The one archive among files that hold no source of their own, and the names of the others."""
    archives = [thing for thing in things if thing.kind is Kind.FILE and is_archive_name(thing.name)]
    others = [thing for thing in things if thing not in archives]
    if len(archives) != 1 or any(not _is_beside_the_point(thing) for thing in others):
        return None, []
    return archives[0], [thing.name for thing in others]


def _is_beside_the_point(thing: Thing) -> bool:
    return thing.kind is Kind.FILE and not thing.name.casefold().endswith(_SOURCE_ENDINGS)


def _note_on_beside(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    shown = ", ".join(visible(text_of(name)) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return (f"Beside what is graded were handed in, and not looked at: {shown}{more}.",)

"""Finds what was handed in, whatever it comes as."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from grader.batch.handed_in.gather import Gatherer
from grader.batch.handed_in.hand_in import Collected, CollectionLimits, DownloadKind, Unmatched
from grader.batch.handed_in.kinds import readers
from grader.batch.handed_in.listings.copies import Copies
from grader.batch.handed_in.listings.folder import FolderListing
from grader.batch.handed_in.listings.listing import Listing, Thing
from grader.batch.handed_in.listings.zipped import opened_zip_listing
from grader.batch.handed_in.piece import (
    Piece,
    Reader,
    is_archive_name,
    not_understood,
    without_archive_ending,
)
from grader.errors import GraderError, SubmissionRejectedError, UsageError
from grader.submission.intake.entry import Kind, Parts
from grader.submission.intake.names import visible

_USUAL_LIMITS = CollectionLimits()
_LEADING_OUT = {"/", ".."}
_LISTED = 5
_OUTER = {
    DownloadKind.GRADESCOPE: re.compile(r"assignment_\d+_export"),
    DownloadKind.CLASSROOM: re.compile(r".+-submissions", re.DOTALL),
}
"""What a platform calls the one folder that all hand-ins lie in."""


def collect(
    source: Path,
    into: Path,
    limits: CollectionLimits = _USUAL_LIMITS,
    *,
    kind: DownloadKind | None = None,
    single_file: str = "",
    canvas_users: frozenset[str] = frozenset(),
) -> Collected:
    """Finds what was handed in.

    Args:
        source: A folder, or a zip of one.
        into: A folder for what must be copied; made if it is not there. Paths of the result lie in it or in
            the source, and both must stay while they are used.
        kind: What the source is; told from what lies in it if nobody says so.
        single_file: The one file that the lab asks for, if it is one: a loose file for each student is taken
            as it, whatever the student's name made of its own.
        canvas_users: Canvas' numbers of all who are in the course; empty if nobody knows.

    Raises:
        UsageError: There is no such source, it is of no known kind or not of the given one, or too large.
        GraderError: The disk cannot be read or written.
    """
    _require_apart(source, into)
    copies = Copies(limits.written_bytes)
    with _opened(source, into, limits, copies) as listing:
        known = [reader for reader in readers(canvas_users) if kind in {None, reader.kind}]
        reader, root, things = _recognised(listing, source, known)
        strange = [thing for thing in things if thing.name in _LEADING_OUT]
        reading = reader.read(listing, root, [thing for thing in things if thing not in strange])
        pieces = [_as_single_file(piece, reader.kind, single_file) for piece in reading.pieces]
        gathered = Gatherer(listing, into, limits, copies).gather(pieces)
    led_out = [not_understood(thing, "Its name leads out of the download.") for thing in strange]
    unmatched = (*led_out, *reading.unmatched, *gathered.unmatched, *_beside(listing, root))
    return Collected(reader.kind, gathered.hand_ins, gathered.older, unmatched)


def _require_apart(source: Path, into: Path) -> None:
    if into.resolve() == source.resolve():
        raise UsageError(f"{into} is what was handed in. Name another folder for the results.")
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraderError(f"The folder {into} cannot be made: {error.strerror}.") from error


@contextmanager
def _opened(source: Path, into: Path, limits: CollectionLimits, copies: Copies) -> Iterator[Listing]:
    if source.is_dir():
        yield FolderListing(source, into)
        return
    try:
        with (
            source.open("rb") as file,
            opened_zip_listing(file, visible(source.name), limits, copies) as listing,
        ):
            yield listing
    except OSError as error:
        raise UsageError(
            f"{source} cannot be read: {error.strerror}. Give a folder of hand-ins, or a zip of one."
        ) from error
    except SubmissionRejectedError as error:
        raise UsageError(f"{source} is no zip of hand-ins that can be read: {error}") from error


def _recognised(
    listing: Listing, source: Path, known: Sequence[Reader]
) -> tuple[Reader, Parts, tuple[Thing, ...]]:
    """The reader that fits, and the folder that it fits: the top, or the one folder in it.

    What lies in the one folder may be what one student handed in, who could make it look like hand-ins of
    others: it is looked into only if the folder is named as nobody's, or if somebody says what it is.
    """
    top = listing.children(())
    folders = [thing for thing in top if thing.kind is Kind.FOLDER]
    inner = listing.children(folders[0].path) if len(folders) == 1 else ()
    at_top = _fitting(known, listing, top)
    inside = _fitting(known, listing, inner)
    if inside is not None and inside.kind is DownloadKind.FOLDERS and not _holds_folders(source, top, inner):
        inside = None
    if at_top is not None and (inside is None or at_top.kind is not DownloadKind.FOLDERS):
        return at_top, (), top
    if inside is None:
        raise _not_recognised(source, top, known)
    if at_top is not None and not _is_outer(folders[0].name, source, inside.kind):
        raise _not_certain(source, folders[0].name, inside.kind)
    return inside, folders[0].path, inner


def _fitting(known: Sequence[Reader], listing: Listing, things: tuple[Thing, ...]) -> Reader | None:
    return next((reader for reader in known if things and reader.fits(listing, things)), None)


def _holds_folders(source: Path, top: Sequence[Thing], inner: Sequence[Thing]) -> bool:
    """Whether a zip holds one folder, lists beside it, and in it folders or archives only.

    A folder is never looked through like this: who means the inner one can name it.
    """
    if source.is_dir() or any(is_archive_name(thing.name) for thing in top if thing.kind is Kind.FILE):
        return False
    return len(inner) > 1 and all(thing.kind is Kind.FOLDER or is_archive_name(thing.name) for thing in inner)


def _is_outer(folder: str, source: Path, kind: DownloadKind) -> bool:
    """Whether a folder is named by the platform, or as the zip that it was packed into."""
    is_packed = not source.is_dir() and folder == without_archive_ending(source.name)
    return is_packed or (kind in _OUTER and _OUTER[kind].fullmatch(folder) is not None)


def _not_certain(source: Path, folder: str, kind: DownloadKind) -> UsageError:
    ways = (
        f"Unpack it, and name the folder in which everybody's {kind.value} lie."
        if kind is DownloadKind.FOLDERS
        else f"Say which with --kind: {DownloadKind.FOLDERS.value}, or {kind.value}."
    )
    return UsageError(
        f"{source} holds one folder, {visible(folder)}, which may be what one student handed in, or the "
        f"hand-ins of all, of the kind {kind.value}. {ways}"
    )


def _not_recognised(source: Path, top: Sequence[Thing], known: Sequence[Reader]) -> UsageError:
    found = ", ".join(visible(thing.name) for thing in top[:_LISTED]) or "nothing"
    more = f" and {len(top) - _LISTED} more" if len(top) > _LISTED else ""
    evidence = "; ".join(f"{reader.kind.value}: {reader.evidence}" for reader in known)
    return UsageError(
        f"{source} holds no hand-ins that are understood. Found: {found}{more}. Looked for {evidence}."
    )


def _as_single_file(piece: Piece, kind: DownloadKind, single_file: str) -> Piece:
    """Gives a loose file named after its student the name that the lab asks for."""
    if kind is not DownloadKind.FOLDERS or not piece.own_name or not single_file:
        return piece
    ending = PurePath(piece.own_name).suffix
    return replace(piece, own_name=str(PurePath(single_file).with_suffix(ending)))


def _beside(listing: Listing, root: Parts) -> list[Unmatched]:
    """What lies beside the one folder that holds the hand-ins."""
    if not root:
        return []
    return [
        not_understood(thing, f"It lies beside the folder {visible(root[0])}, which holds the hand-ins.")
        for thing in listing.children(())
        if thing.path != root
    ]

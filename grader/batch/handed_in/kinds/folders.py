"""A folder, an archive or a single file for each student, named after the student."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.batch.handed_in.hand_in import About, DownloadKind, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, safe_name, text_of
from grader.batch.handed_in.piece import (
    Piece,
    Reading,
    is_archive_name,
    not_understood,
    plain_kind_fault,
    without_archive_ending,
)
from grader.submission.intake.entry import Kind, Parts

_SOURCE_ENDINGS = (".py", ".ipynb")


@dataclass(frozen=True)
class FoldersReader:
    """Knows folders, archives and files."""

    kind: DownloadKind = DownloadKind.FOLDERS
    evidence: str = "a folder, an archive, or a Python file or notebook for each student"

    def fits(self, _listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        return any(_fault(thing, things) == "" for thing in things)

    def read(self, _listing: Listing, _root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        unmatched: list[Unmatched] = []
        good: list[Thing] = []
        for thing in things:
            fault = _fault(thing, things)
            if fault:
                unmatched.append(not_understood(thing, fault))
            else:
                good.append(thing)
        keys = _keys(good)
        return Reading(tuple(_piece(thing, keys[thing]) for thing in good), tuple(unmatched))


def _fault(thing: Thing, things: Sequence[Thing]) -> str:
    if thing.kind is Kind.FILE and not is_archive_name(thing.name):
        if not thing.name.casefold().endswith(_SOURCE_ENDINGS):
            return "It is neither a folder nor an archive nor Python."
        if "\\" in thing.name:
            return "It has a backslash in its name. If that was a folder, pack with another program."
        if any(other.kind is Kind.FOLDER for other in things):
            return "It is a loose file beside folders. Put it into a folder of its own."
    return plain_kind_fault(thing)


def _owner(thing: Thing) -> str:
    """The name without its ending."""
    if thing.kind is Kind.FOLDER:
        return text_of(thing.name)
    stem = without_archive_ending(thing.name)
    return text_of(stem if stem != thing.name else stem.rpartition(".")[0] or stem)


def _keys(things: Sequence[Thing]) -> dict[Thing, str]:
    """The names without their endings, and with them where `jane` and `jane.zip` would be one."""
    names = Counter(name for thing in things for name in {_owner(thing), text_of(thing.name)})
    return {thing: _key(thing, names) for thing in things}


def _key(thing: Thing, names: Counter[str]) -> str:
    owner, whole = _owner(thing), text_of(thing.name)
    if names[owner] == 1 or (owner == whole and whole == thing.name):
        return owner
    return whole if whole == thing.name else safe_name(thing.name)


def _piece(thing: Thing, key: str) -> Piece:
    is_loose = thing.kind is Kind.FILE and not is_archive_name(thing.name)
    about = About(key, _owner(thing), {"folder": _owner(thing)})
    return Piece(about, thing, thing.name if is_loose else "")

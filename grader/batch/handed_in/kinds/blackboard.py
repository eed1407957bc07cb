"""Blackboard: flat files `assignment_username_attempt_time_file`, and a note without `_file` in `.txt`.

Assignments and usernames may both hold underscores. Where the username begins is told by the note, whose
first line ends in it, in parentheses; without notes by what all names have in common.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.batch.handed_in.hand_in import About, DownloadKind, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, text_of
from grader.batch.handed_in.piece import Piece, Reading, common_start, mostly, not_understood
from grader.errors import SubmissionRejectedError
from grader.sandbox.base import KIB
from grader.submission.intake.entry import Kind, Parts

_FILE = re.compile(
    r"(?P<head>.+?)_attempt_(?P<time>\d{4}(?:-\d{2}){5})(?:_(?P<file>.+)|(?P<note>\.txt))\Z", re.DOTALL
)
_NOTE_NAME = re.compile(r"[^:\n]*:\s*(?P<name>[^\n]*?)\s*\((?P<username>[^()\n]+)\)\s*(?:\n|\Z)")
_NOTE_BYTES = 64 * KIB


@dataclass(frozen=True)
class _Person:
    username: str
    name: str = ""


@dataclass(frozen=True)
class BlackboardReader:
    """Knows Blackboard."""

    kind: DownloadKind = DownloadKind.BLACKBOARD
    evidence: str = "files named assignment_username_attempt_time_file"

    def fits(self, _listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        return mostly(_FILE, things, [Kind.FILE])

    def read(self, listing: Listing, _root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        found: dict[Thing, re.Match[str]] = {}
        unmatched: list[Unmatched] = []
        for thing in things:
            matching = _FILE.match(thing.name) if thing.kind is Kind.FILE else None
            if matching is None:
                unmatched.append(not_understood(thing, "It is not named as Blackboard names files."))
            else:
                found[thing] = matching
        people = _people(listing, found)
        pieces = [_piece(thing, match, people[match["head"]]) for thing, match in found.items()]
        return Reading(tuple(pieces), tuple(unmatched))


def _piece(thing: Thing, found: re.Match[str], person: _Person) -> Piece:
    username = text_of(person.username)
    about = About(username, text_of(person.name), {"username": username}, attempt=found["time"])
    return Piece(about, thing, found["file"] or "note.txt", is_text=found["note"] is not None)


def _people(listing: Listing, found: Mapping[Thing, re.Match[str]]) -> dict[str, _Person]:
    """Who it is, by what stands before `_attempt_`."""
    notes: dict[str, list[Thing]] = defaultdict(list)
    for thing, match in found.items():
        notes[match["head"]] += [thing] if match["note"] else []
    start = common_start(notes, "_")
    return {head: _from_notes(listing, head, notes[head]) or _cut(head, start) for head in notes}


def _from_notes(listing: Listing, head: str, notes: Iterable[Thing]) -> _Person | None:
    for note in notes:
        try:
            with listing.opened(note.path) as file:
                text = file.read(_NOTE_BYTES).decode(errors="replace").lstrip("\ufeff").replace("\r", "")
        except SubmissionRejectedError:
            continue  # the name of the file still says who it is
        said = _NOTE_NAME.match(text)
        # The student writes into the note too, but not into the names of the files.
        if said and head.endswith(f"_{said['username']}"):
            return _Person(said["username"], said["name"])
    return None


def _cut(head: str, start: str) -> _Person:
    return _Person(head.removeprefix(start) if start else head.rpartition("_")[2])

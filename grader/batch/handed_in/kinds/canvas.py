"""Canvas: flat files `name_LATE_user_attachment_file`, and for a form `name_LATE_user_text.html`.

The name is lower case without punctuation, and Canvas keeps `_digits_` out of it, so the first number is the
user's. Canvas puts `-1` before the ending of a file that a student hands in again; a download holds one
attempt, or, when somebody has merged two, more.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.batch.handed_in.hand_in import About, DownloadKind, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, text_of
from grader.batch.handed_in.piece import Piece, Reading, mostly, not_understood
from grader.submission.intake.entry import Kind, Parts
from grader.submission.intake.names import visible

_FILE = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_).+?)_)?(?P<late>LATE_)?(?P<user>\d+|anon_[^_]+)"
    r"_(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<form>text|link)\.html)\Z",
    re.DOTALL,
)
_AGAIN = re.compile(r"(?P<stem>.+)-\d+\Z", re.DOTALL)
_EARLIER, _LATEST = "earlier", "latest"  # Canvas numbers no attempts; these sort as they happened


@dataclass(frozen=True)
class CanvasReader:
    """Knows Canvas."""

    kind: DownloadKind = DownloadKind.CANVAS
    evidence: str = "files named name_user_attachment_file"

    def fits(self, _listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        return mostly(_FILE, things, [Kind.FILE])

    def read(self, _listing: Listing, _root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        of_user: dict[str, list[Piece]] = defaultdict(list)
        unmatched: list[Unmatched] = []
        for thing in things:
            found = _FILE.match(thing.name) if thing.kind is Kind.FILE else None
            if found is None:
                unmatched.append(not_understood(thing, "It is not named as Canvas names files."))
            else:
                of_user[found["user"]].append(_piece(thing, found))
        pieces = [piece for own in of_user.values() for piece in _with_own_names(own)]
        return Reading(tuple(pieces), tuple(unmatched))


def _piece(thing: Thing, found: re.Match[str]) -> Piece:
    user = text_of(found["user"])
    ids = {"canvas_anonymous_id": user} if user.startswith("anon_") else {"canvas_id": user}
    about = About(user, text_of(found["name"] or ""), ids, _LATEST, is_late=found["late"] is not None)
    if found["form"]:
        return Piece(about, thing, f"{found['form']}.html", is_text=True)
    return Piece(about, thing, found["file"], int(found["attachment"][:18]))


def _with_own_names(pieces: list[Piece]) -> list[Piece]:
    """Undoes the `-1`; of several files with one name the latest counts, the others are an earlier attempt.

    Where each of several has a number, as `data-1.csv` and `data-2.csv`, these are the student's own names.
    """
    same: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        same[_undone(piece.own_name)].append(piece)
    named = []
    for name, alike in same.items():
        if len(alike) > 1 and all(piece.own_name != name for piece in alike):
            named += alike
            continue
        *earlier, latest = sorted(alike, key=lambda piece: piece.order)
        named.append(replace(latest, own_name=name, note=_note(latest.own_name, name)))
        for number, piece in enumerate(earlier, 1):
            about = replace(piece.about, attempt=f"{_EARLIER} {number:03}")
            named.append(replace(piece, own_name=name, about=about))
    return named


def _note(found: str, name: str) -> str:
    if found == name:
        return ""
    return (
        f"{visible(text_of(found))} is taken as {visible(text_of(name))}: "
        "so Canvas numbers a file that is handed in again."
    )


def _undone(name: str) -> str:
    path = PurePosixPath(name)
    stem, ending = (path.stem, path.suffix) if path.name == name else (name, "")
    again = _AGAIN.match(stem)
    return again["stem"] + ending if again else name

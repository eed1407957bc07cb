"""Canvas: flat files `name_LATE_user_attachment_file`, and for a form `name_LATE_user_text.html`.

The name is lower case without punctuation, and Canvas keeps `_digits_` out of it, so the first number is the
user's, but for a name that ends in `_digits`: `ada_7_8_9_x.py` is the file `9_x.py` of the user 7, or `x.py`
of the user 8, who calls herself `ada_7`. Then the users who are known decide.

Canvas puts `-1` before the ending of a file that a student hands in again; a download holds one attempt, or,
when somebody has merged two, more.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
_BEHIND_A_NUMBER = re.compile(
    r"(?P<user>\d+)_(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<form>text|link)\.html)\Z", re.DOTALL
)
_AGAIN = re.compile(r"(?P<stem>.+)-\d+\Z", re.DOTALL)
_EARLIER, _LATEST = "earlier", "latest"  # Canvas numbers no attempts; these sort as they happened


@dataclass(frozen=True)
class CanvasReader:
    """Knows Canvas.

    Attributes:
        users: Canvas' numbers of all who are in the course; empty if nobody knows.
    """

    kind: DownloadKind = DownloadKind.CANVAS
    evidence: str = "files named name_user_attachment_file"
    users: frozenset[str] = frozenset()

    def fits(self, _listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        return mostly(_FILE, things, [Kind.FILE])

    def read(self, _listing: Listing, _root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        meanings = {thing: _meanings(thing.name) if thing.kind is Kind.FILE else [] for thing in things}
        names = {one[0].user: one[0].name for one in meanings.values() if len(one) == 1}
        of_user: dict[str, list[Piece]] = defaultdict(list)
        unmatched: list[Unmatched] = []
        for thing, found in meanings.items():
            possible = found if len(found) == 1 else [one for one in found if self._can_be(one, names)]
            if len(possible) == 1:
                of_user[possible[0].user].append(_piece(thing, possible[0]))
            else:
                unmatched.append(not_understood(thing, _reason(found)))
        pieces = [piece for own in of_user.values() for piece in _with_own_names(own)]
        return Reading(tuple(pieces), tuple(unmatched))

    def _can_be(self, meant: "_Meaning", names: Mapping[str, str]) -> bool:
        """Whether the user is in the course, and is called so where nobody can doubt it."""
        is_there = not self.users or meant.user in self.users
        return is_there and names.get(meant.user, meant.name) == meant.name


@dataclass(frozen=True)
class _Meaning:
    """What the name of a file may mean."""

    name: str
    user: str
    file: str
    attachment: int = 0
    is_late: bool = False
    is_form: bool = False


def _meanings(name: str) -> list[_Meaning]:
    """What a file's name can mean: one thing, or two if a number stands behind three others."""
    found = _FILE.match(name)
    if found is None:
        return []
    meant = [_meaning(found, found["name"] or "", is_late=found["late"] is not None)]
    if found["attachment"] and found["user"].isdigit() and not found["late"]:
        behind = _BEHIND_A_NUMBER.match(name[found.start("attachment") :])
        meant += [_meaning(behind, name[: found.end("user")], is_late=False)] if behind else []
    return meant


def _meaning(found: re.Match[str], name: str, *, is_late: bool) -> _Meaning:
    user = text_of(found["user"])
    if found["form"]:
        return _Meaning(text_of(name), user, f"{found['form']}.html", is_late=is_late, is_form=True)
    return _Meaning(text_of(name), user, found["file"], int(found["attachment"][:18]), is_late)


def _reason(meanings: Sequence[_Meaning]) -> str:
    if not meanings:
        return "It is not named as Canvas names files."
    ways = " or ".join(f"{visible(text_of(meant.file))} of the user {meant.user}" for meant in meanings)
    return f"It can be {ways}: a roster with Canvas' numbers of all users may tell. Else rename the file."


def _piece(thing: Thing, meant: _Meaning) -> Piece:
    key = "canvas_anonymous_id" if meant.user.startswith("anon_") else "canvas_id"
    about = About(meant.user, meant.name, {key: meant.user}, _LATEST, is_late=meant.is_late)
    return Piece(about, thing, meant.file, meant.attachment, is_text=meant.is_form)


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

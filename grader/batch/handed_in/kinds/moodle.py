"""Moodle: `name_number_assignsubmission_file`, a folder, or the beginning of a flat file's name.

The number is that of the participant, as in the grading worksheet's `Participant 5012`; in a group assignment
it is the group's, and the name too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.batch.handed_in.hand_in import About, DownloadKind, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, text_of
from grader.batch.handed_in.piece import Piece, Reading, mostly, not_understood, plain_kind_fault
from grader.submission.intake.entry import Kind, Parts

_NAME = re.compile(
    r"(?P<name>.*?)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?\Z", re.DOTALL
)


@dataclass(frozen=True)
class MoodleReader:
    """Knows Moodle."""

    kind: DownloadKind = DownloadKind.MOODLE
    evidence: str = "folders or files named name_number_assignsubmission_file"

    def fits(self, _listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        return mostly(_NAME, things, [Kind.FILE, Kind.FOLDER])

    def read(self, _listing: Listing, _root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        pieces: list[Piece] = []
        unmatched: list[Unmatched] = []
        for thing in things:
            found = _NAME.match(thing.name)
            if found is None or plain_kind_fault(thing):
                reason = plain_kind_fault(thing) or "It is not named as Moodle names hand-ins."
                unmatched.append(not_understood(thing, reason))
            else:
                pieces.append(_piece(thing, found))
        return Reading(tuple(pieces), tuple(unmatched))


def _piece(thing: Thing, found: re.Match[str]) -> Piece:
    number = text_of(found["number"])
    about = About(number, text_of(found["name"]), {"moodle_participant": number})
    own_name = "" if thing.kind is Kind.FOLDER else found["file"] or f"{found['plugin']}.html"
    return Piece(about, thing, own_name, is_text=found["plugin"] != "file")

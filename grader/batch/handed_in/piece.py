"""What the reader of one kind of download makes of it: pieces, each with whose it is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from grader.batch.handed_in.hand_in import About, DownloadKind, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, text_of
from grader.submission.intake.entry import Kind, Parts

_ENDING = re.compile(r"\.(zip|tgz|txz|tbz2?|tar(\.(gz|xz|bz2))?)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """A file or a folder that belongs to a hand-in.

    Attributes:
        thing: Where it lies in the download.
        own_name: A loose file's name as the student gave it.
        order: Of two files with one name in one attempt the one with the larger number is the later.
        is_text: Whether it is what the student typed into a form, beside which files count more.
        note: A sentence for the teacher, as of a name that was changed.
    """

    about: About
    thing: Thing
    own_name: str = ""
    order: int = 0
    is_text: bool = False
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """All pieces of a download, and what could not be understood."""

    pieces: tuple[Piece, ...]
    unmatched: tuple[Unmatched, ...]


class Reader(Protocol):
    """Knows one kind of download."""

    @property
    def kind(self) -> DownloadKind:
        """The kind that it reads."""

    @property
    def evidence(self) -> str:
        """What a download of this kind holds, for a message that it does not."""

    def fits(self, listing: Listing, things: Sequence[Thing]) -> bool:
        """Whether what lies in one folder shows that it is a download of this kind."""

    def read(self, listing: Listing, root: Parts, things: Sequence[Thing]) -> Reading:
        """Makes pieces of what lies in one folder.

        Raises:
            UsageError: The download's own list of hand-ins cannot be read.
        """


def mostly(pattern: re.Pattern[str], things: Sequence[Thing], kinds: Sequence[Kind]) -> bool:
    """Whether at least half of the names match and are of the kinds, and one at all."""
    matching = sum(thing.kind in kinds and pattern.match(thing.name) is not None for thing in things)
    return 0 < len(things) <= 2 * matching


def common_start(names: Iterable[str], mark: str) -> str:
    """What all names begin with, up to the last mark; empty if there is one only."""
    different = set(names)
    if len(different) <= 1:
        return ""
    first, last = min(different), max(different)
    length = next((place for place, letter in enumerate(first) if last[place] != letter), len(first))
    return first[: first.rfind(mark, 0, length) + 1]


def is_archive_name(name: str) -> bool:
    """Whether a name ends as that of an archive which intake opens."""
    return _ENDING.search(name) is not None


def without_archive_ending(name: str) -> str:
    """The name of an archive without its ending; any other name as it is."""
    return _ENDING.sub("", name) or name


def not_understood(thing: Thing, reason: str) -> Unmatched:
    """Something that is listed because nothing could be made of it."""
    return Unmatched(text_of("/".join(thing.path)), reason)


def plain_kind_fault(thing: Thing) -> str:
    """Why something can be no hand-in by what it is; empty if it is a file or a folder."""
    return "" if thing.kind in {Kind.FILE, Kind.FOLDER} else f"It is a {thing.kind.value}."

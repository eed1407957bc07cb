"""GitHub Classroom: `<assignment>-submissions/<assignment>-<username>`, Git clones.

Git is never run in them: a student's own configuration and hooks would run with it. So nothing says when they
were handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.batch.handed_in.hand_in import About, DownloadKind, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, text_of
from grader.batch.handed_in.piece import Piece, Reading, common_start, not_understood, without_archive_ending
from grader.submission.intake.entry import Kind, Parts

_FOLDER_ENDING = "-submissions"


@dataclass(frozen=True)
class ClassroomReader:
    """Knows `gh classroom clone`."""

    kind: DownloadKind = DownloadKind.CLASSROOM
    evidence: str = (
        f"a folder named assignment{_FOLDER_ENDING} or of Git clones, with folders named assignment-username"
    )

    def fits(self, listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        folders = [thing.name for thing in things if thing.kind is Kind.FOLDER]
        if not things or not folders:
            return False
        clones = sum(listing.has((*things[0].path[:-1], name, ".git")) for name in folders)
        start = _start(_folder_name(listing, things[0].path[:-1]))
        if clones and not start:
            start = common_start(folders, "-")
        return bool(start) and 2 * sum(name.startswith(start) for name in folders) >= len(folders)

    def read(self, listing: Listing, root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        names = [thing.name for thing in things if thing.kind is Kind.FOLDER]
        start = _start(_folder_name(listing, root)) or common_start(names, "-")
        pieces: list[Piece] = []
        unmatched: list[Unmatched] = []
        for thing in things:
            if thing.kind is Kind.FOLDER:
                pieces.append(Piece(_about(thing, start), thing))
            else:
                unmatched.append(not_understood(thing, "It is no clone of a repository."))
        return Reading(tuple(pieces), tuple(unmatched))


def _about(thing: Thing, start: str) -> About:
    username = text_of(thing.name.removeprefix(start)) if thing.name.startswith(start) and start else ""
    ids = {"github_username": username} if username else {"folder": text_of(thing.name)}
    return About(text_of(thing.name), username or text_of(thing.name), ids)


def _start(folder: str) -> str:
    """What the repositories' names begin with, by the name of the folder that they lie in."""
    return f"{folder.removesuffix(_FOLDER_ENDING)}-" if folder.endswith(_FOLDER_ENDING) else ""


def _folder_name(listing: Listing, root: Parts) -> str:
    """The name of the folder that the hand-ins lie in."""
    return root[-1] if root else without_archive_ending(listing.name)

"""Classroom 50: clones `<classroom>-<assignment>-<username>`, and beside them `scores.csv`.

Only `scores.csv` is believed: in the clones, students can write what they like. It has one line for each
attempt, the newest first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grader.batch.handed_in.hand_in import About, DownloadKind, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, text_of
from grader.batch.handed_in.piece import Piece, Reading, common_start, not_understood
from grader.batch.tables import parse_table
from grader.errors import SubmissionRejectedError, UsageError
from grader.sandbox.base import MIB
from grader.submission.intake.entry import Kind, Parts

_SCORES = "scores.csv"
_SCORES_BYTES = 64 * MIB
_LATE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Classroom50Reader:
    """Knows `gh teacher download`."""

    kind: DownloadKind = DownloadKind.CLASSROOM50
    evidence: str = f"folders with result.json and results.json, and a file {_SCORES}"

    def fits(self, listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        if not any(thing.name == _SCORES and thing.kind is Kind.FILE for thing in things):
            return False
        folders = [thing for thing in things if thing.kind is Kind.FOLDER]
        return any(_has_results(listing, folder) for folder in folders)

    def read(self, listing: Listing, root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        newest = _newest(listing, root, things)
        start = common_start((thing.name for thing in things if thing.kind is Kind.FOLDER), "-")
        pieces: list[Piece] = []
        unmatched: list[Unmatched] = []
        for thing in things:
            if thing.kind is Kind.FOLDER:
                pieces.append(Piece(_about(thing, start, newest), thing))
            elif thing.name != _SCORES:
                unmatched.append(not_understood(thing, "It is no clone of a repository."))
        return Reading(tuple(pieces), tuple(unmatched))


def _has_results(listing: Listing, folder: Thing) -> bool:
    return all(listing.has((*folder.path, name)) for name in ("result.json", "results.json"))


def _newest(listing: Listing, root: Parts, things: Sequence[Thing]) -> dict[str, Mapping[str, str]]:
    """The newest line of each student, by the username in lower case."""
    if not any(thing.name == _SCORES and thing.kind is Kind.FILE for thing in things):
        return {}
    try:
        with listing.opened((*root, _SCORES)) as file:
            content = file.read(_SCORES_BYTES + 1)
    except SubmissionRejectedError as error:
        raise UsageError(f"{error} Download the assignment again.") from error
    table = parse_table(content, _SCORES, {"username", "email", "score"}.__contains__)
    newest: dict[str, Mapping[str, str]] = {}
    for row in table.rows:
        newest.setdefault(row.cells.get("username", "").casefold(), row.cells)
    newest.pop("", None)
    return newest


def _about(thing: Thing, start: str, newest: Mapping[str, Mapping[str, str]]) -> About:
    """Usernames hold hyphens, and so do assignments: the longest one that is known decides."""
    name = text_of(thing.name)
    parts = name.casefold().split("-")
    known = ("-".join(parts[depth:]) for depth in range(1, len(parts)))
    username = next((ending for ending in known if ending in newest), "")
    if not username:
        rest = text_of(thing.name.removeprefix(start)) if start else ""
        return About(name, rest or name, {"github_username": rest} if rest else {"folder": name})
    row = newest[username]
    said = {"github_username": row["username"], "email": row.get("email", "")}
    return About(
        name,
        f"{row.get('firstname', '')} {row.get('lastname', '')}".strip() or row["username"],
        {key: value for key, value in said.items() if value},
        submitted_at=_time(row.get("datetime", "")),
        is_late=_LATE.get(row.get("late", "").casefold()),
    )


def _time(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None

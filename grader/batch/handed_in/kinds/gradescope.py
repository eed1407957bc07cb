"""Gradescope: folders `submission_<id>`, and `submission_metadata.yml`, which says who handed each in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.batch.handed_in.hand_in import About, DownloadKind, Member, Unmatched
from grader.batch.handed_in.listings.listing import Listing, Thing, text_of
from grader.batch.handed_in.piece import Piece, Reading, not_understood, plain_kind_fault
from grader.errors import SubmissionRejectedError, UsageError
from grader.submission.intake.entry import Kind, Parts

_METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class GradescopeReader:
    """Knows Gradescope."""

    kind: DownloadKind = DownloadKind.GRADESCOPE
    evidence: str = f"a file {_METADATA}"

    def fits(self, _listing: Listing, things: Sequence[Thing]) -> bool:
        """See `Reader`."""
        return any(thing.name == _METADATA and thing.kind is Kind.FILE for thing in things)

    def read(self, listing: Listing, root: Parts, things: Sequence[Thing]) -> Reading:
        """See `Reader`."""
        abouts = _abouts(listing, root)
        pieces: list[Piece] = []
        unmatched: list[Unmatched] = []
        for thing in things:
            if thing.name == _METADATA:
                continue
            about = abouts.pop(thing.name, None)
            if about is None or plain_kind_fault(thing):
                reason = plain_kind_fault(thing) or f"{_METADATA} does not name it."
                unmatched.append(not_understood(thing, reason))
            else:
                pieces.append(Piece(about, thing, "" if thing.kind is Kind.FOLDER else thing.name))
        lost = [Unmatched(text_of(name), f"{_METADATA} names it, and it is not there.") for name in abouts]
        return Reading(tuple(pieces), (*unmatched, *lost))


def _abouts(listing: Listing, root: Parts) -> dict[str, About]:
    """What the metadata says, by the folders' names."""
    # Only here, since YAML takes a tenth of a second to load.
    from grader.batch.handed_in.kinds.metadata import read_metadata  # noqa: PLC0415

    try:
        with listing.opened((*root, _METADATA)) as file:
            submissions = read_metadata(file)
    except SubmissionRejectedError as error:
        raise UsageError(f"{error} Export the submissions again.") from error
    abouts = {}
    for folder, submission in submissions.items():
        members = tuple(_member(submission.submitters[number]) for number in sorted(submission.submitters))
        key = folder.removeprefix("submission_") or folder
        ids = {"gradescope_id": key, **(members[0].ids if len(members) == 1 else {})}
        abouts[folder] = About(
            key,
            ", ".join(member.name for member in members),
            ids,
            submitted_at=submission.submitted_at,
            members=members,
        )
    return abouts


def _member(values: Mapping[str, str]) -> Member:
    known = {"student_id": values.get("sid", ""), "email": values.get("email", "")}
    return Member(values.get("name", ""), {key: value for key, value in known.items() if value})

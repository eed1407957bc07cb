"""What is in a submission: every entry looked at, all limits held, before anything is written."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.errors import SubmissionRejectedError
from grader.sandbox.base import MIB
from grader.submission.intake.entry import Entry, IntakeLimits, Kind, Parts, Source
from grader.submission.intake.ignored import ENVIRONMENT_MARK, LeftOut, Reason, left_out
from grader.submission.intake.names import folded, parts_of, require_safe, shown, visible

_NAMED = 3


@dataclass
class Survey:
    """What a submission holds, by path.

    Attributes:
        folders: Those that are named, and those that files lie in.
        links: Links in a folder; they are not followed.
    """

    files: dict[Parts, Entry] = field(default_factory=dict)
    folders: set[Parts] = field(default_factory=set)
    links: set[Parts] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def paths(self) -> set[Parts]:
        """Everything that is kept, links too."""
        return {*self.files, *self.folders, *self.links}


def survey(source: Source, limits: IntakeLimits) -> Survey:
    """Goes through a submission once.

    Raises:
        SubmissionRejectedError: A name, kind or size that is not taken; says which entry.
    """
    found = _split(source.entries, limits)
    environments = {parts[:-1] for parts, _ in found if parts[-1] == ENVIRONMENT_MARK}
    result = Survey()
    names = _Names()
    for parts, entry in found:
        if reason := left_out(parts, environments):
            result.left_out.append(reason)
            continue
        require_safe(parts, limits)
        names.add(parts, entry)
        _sort_in(parts, entry, result, is_archive=source.is_archive)
        if len(result.files) + len(names.folders) > limits.entries:
            raise SubmissionRejectedError(
                f"The submission has more than {limits.entries:,} files and folders. "
                "Hand in only what you wrote yourself."
            )
    result.folders.update(names.folders)
    _require_size(result.files, limits)
    return result


def _split(entries: Iterable[Entry], limits: IntakeLimits) -> list[tuple[Parts, Entry]]:
    found = []
    for number, entry in enumerate(entries):
        if number >= limits.seen_entries:
            raise SubmissionRejectedError(
                f"The submission has more than {limits.seen_entries:,} files and folders. "
                "Hand in only what you wrote yourself, without installed packages."
            )
        if parts := parts_of(entry.name):
            found.append((parts, entry))
        elif entry.kind is not Kind.FOLDER:
            raise SubmissionRejectedError(
                f"{visible(entry.name)} is a {entry.kind.value} without a name. Pack the folder again."
            )
    return found


def _sort_in(parts: Parts, entry: Entry, result: Survey, *, is_archive: bool) -> None:
    if entry.kind is Kind.FILE:
        result.files[parts] = entry
    elif entry.kind is Kind.LINK and not is_archive:
        result.links.add(parts)
        result.left_out.append(LeftOut(parts, Reason.LINK))
    elif entry.kind is not Kind.FOLDER:
        raise SubmissionRejectedError(
            f"{shown(parts)} is a {entry.kind.value}. "
            "A submission holds files and folders only: hand in the file itself, or leave it out."
        )


@dataclass
class _Names:
    """The paths so far, as the least particular file system would tell them apart."""

    folders: set[Parts] = field(default_factory=set)
    _first: dict[Parts, tuple[Parts, bool]] = field(default_factory=dict)

    def add(self, parts: Parts, entry: Entry) -> None:
        for depth in range(1, len(parts)):
            self._add(parts[:depth], is_folder=True)
        self._add(parts, is_folder=entry.kind is Kind.FOLDER)

    def _add(self, parts: Parts, *, is_folder: bool) -> None:
        key = folded(parts)
        if key not in self._first:
            self._first[key] = (parts, is_folder)
            if is_folder:
                self.folders.add(parts)
            return
        first, was_folder = self._first[key]
        if first != parts:
            raise SubmissionRejectedError(
                f"{shown(first)} and {shown(parts)} are the same name on some computers. Rename one of them."
            )
        if was_folder != is_folder:
            raise SubmissionRejectedError(
                f"{shown(parts)} is there as a file and as a folder. Rename one of them and pack again."
            )
        if not is_folder:
            raise SubmissionRejectedError(
                f"{shown(parts)} is there twice, perhaps with accents written in two ways. "
                "Keep one of them and pack again."
            )


def _require_size(files: dict[Parts, Entry], limits: IntakeLimits) -> None:
    total = sum(entry.size_bytes for entry in files.values())
    if total <= limits.total_bytes:
        return
    largest = sorted(files, key=lambda parts: files[parts].size_bytes, reverse=True)[:_NAMED]
    named = ", ".join(f"{shown(parts)} ({files[parts].size_bytes / MIB:,.1f} MiB)" for parts in largest)
    raise SubmissionRejectedError(
        f"The submission holds {total / MIB:,.1f} MiB; at most {limits.total_bytes / MIB:g} MiB are taken. "
        f"The largest: {named}. Leave out data that the lab does not ask for."
    )

"""A download that is a zip: parted, not unpacked.

Each portion becomes a zip of its own with the same entries, so that no name and no link of a student's ever
reaches a disk here, and intake judges what it would have judged.
"""

import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from grader.batch.handed_in.hand_in import CollectionLimits
from grader.batch.handed_in.listings.copies import Copies
from grader.batch.handed_in.listings.listing import Thing, file_name, is_of_interest
from grader.errors import SubmissionRejectedError
from grader.submission.intake.entry import Entry, IntakeLimits, Kind, Parts
from grader.submission.intake.ignored import ENVIRONMENT_MARK, LeftOut, left_out
from grader.submission.intake.names import parts_of, shown
from grader.submission.intake.sources.zip import opened_zip

_MODES = {
    Kind.FILE: stat.S_IFREG | 0o644,
    Kind.FOLDER: stat.S_IFDIR | 0o755,
    Kind.LINK: stat.S_IFLNK | 0o777,
}
_OTHER_MODE = stat.S_IFCHR | 0o644
_INDEXED_DEPTH = 3  # a hand-in lies no deeper: in a wrapping folder, a student's folder, a file in it
_NAME_CHARACTERS = 10_000  # more than intake takes, and less than a zip can hold
_TOP_OF_ALL = "/"  # how a name from the top of the file system shows; nobody is called so


@contextmanager
def opened_zip_listing(
    file: BinaryIO, name: str, limits: CollectionLimits, copies: Copies
) -> Iterator["ZipListing"]:
    """Opens a zip of hand-ins.

    Raises:
        SubmissionRejectedError: It is damaged, encrypted, or has too many entries.
    """
    with opened_zip(file, name, IntakeLimits(seen_entries=limits.entries)) as entries:
        yield ZipListing(name, entries, limits.each, copies)


class ZipListing:
    """A zip of hand-ins, open.

    Args:
        each: What of one portion is copied at most; intake refuses what is larger.
    """

    def __init__(self, name: str, entries: Iterable[Entry], each: IntakeLimits, copies: Copies) -> None:
        self.name = name
        self._each = each
        self._copies = copies
        self._children: dict[Parts, dict[str, Thing]] = {(): {}}
        self._beneath: dict[Parts, list[tuple[Parts, Entry]]] = {}
        for entry in entries:
            self._add(entry)

    def children(self, folder: Parts) -> tuple[Thing, ...]:
        """See `Listing`."""
        found = self._children.get(folder, {}).values()
        wanted = [thing for thing in found if is_of_interest(thing.name)]
        return tuple(sorted(wanted, key=lambda thing: thing.path))

    def has(self, path: Parts) -> bool:
        """See `Listing`."""
        return path[-1] in self._children.get(path[:-1], {})

    @contextmanager
    def opened(self, file: Parts) -> Iterator[BinaryIO]:
        """See `Listing`."""
        for parts, entry in self._beneath.get(file[:_INDEXED_DEPTH], ()):
            if parts == file and entry.kind is Kind.FILE:
                with entry.open() as stream:
                    yield stream
                return
        raise SubmissionRejectedError(f"{shown(file)} is no file.")

    def portion(self, path: Parts, place: Path) -> Path:
        """See `Listing`."""
        thing = self._children[path[:-1]][path[-1]]
        if thing.kind is Kind.FILE:
            place.mkdir()
            target = place / file_name(thing.name)
            with self.opened(path) as source, self._copies.new_file(target) as copy:
                self._copies.copy(source, copy, self._each.unpacked_bytes + 1)
            return target
        target = place.with_name(f"{place.name}.zip")
        with self._copies.new_file(target) as file:
            self._repack(path, file)
        return target

    def _add(self, entry: Entry) -> None:
        parts = tuple(part for part in entry.name.split("/") if part not in {"", "."})
        if entry.name.startswith("/"):
            parts = (_TOP_OF_ALL, *parts)
        if not parts:
            return
        for depth in range(1, len(parts)):
            self._put(Thing(parts[:depth], Kind.FOLDER))
        self._put(Thing(parts, entry.kind))
        for depth in range(1, min(len(parts), _INDEXED_DEPTH) + 1):
            self._beneath.setdefault(parts[:depth], []).append((parts, entry))

    def _put(self, thing: Thing) -> None:
        siblings = self._children.setdefault(thing.path[:-1], {})
        if thing.kind is Kind.FOLDER or thing.name not in siblings:
            siblings[thing.name] = thing

    def _repack(self, folder: Parts, file: BinaryIO) -> None:
        """Writes the entries of a folder, from that folder."""
        inside = [(parts[len(folder) :], entry) for parts, entry in self._beneath[folder]]
        left_bytes = self._each.total_bytes + 1
        written: set[str] = set()
        with zipfile.ZipFile(file, "w") as archive:
            for parts, entry, is_kept in islice(_telling(inside), self._each.seen_entries + 1):
                name = "/".join(parts)[:_NAME_CHARACTERS] or "."
                if name in written:
                    name = f"./{name}"  # says the same to intake, which refuses it for being there twice
                if name not in written:
                    written.add(name)
                    left_bytes -= self._write(archive, name, entry, left_bytes if is_kept else 0)

    def _write(self, archive: zipfile.ZipFile, name: str, entry: Entry, most_bytes: int) -> int:
        info = zipfile.ZipInfo()
        info.filename = name if entry.kind is not Kind.FOLDER else f"{name}/"
        info.external_attr = _MODES.get(entry.kind, _OTHER_MODE) << 16
        info.compress_type = zipfile.ZIP_STORED  # no larger than a folder, and quickly written
        with archive.open(info, "w") as target:
            if most_bytes == 0:
                return 0
            with entry.open() as source:
                return self._copies.copy(source, cast("BinaryIO", target), most_bytes)


def _telling(inside: Sequence[tuple[Parts, Entry]]) -> Iterator[tuple[Parts, Entry, bool]]:
    """What intake would keep, refuse or name, and whether it reads the content.

    Of all that it leaves out for one reason in one place, one entry is enough for its note.
    """
    environments = {parts[:-1] for parts, _ in inside if parts[-1:] == (ENVIRONMENT_MARK,)}
    told: set[LeftOut] = set()
    for parts, entry in inside:
        if not parts and entry.kind is Kind.FOLDER:
            continue
        try:
            why = left_out(parts_of("/".join(parts)), environments)
        except SubmissionRejectedError:
            yield parts, entry, False  # intake refuses the name
            continue
        if why is None:
            yield parts, entry, entry.kind is Kind.FILE
        elif why not in told:
            told.add(why)
            yield parts, entry, False

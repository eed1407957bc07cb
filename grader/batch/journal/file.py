"""The journal's file: one writer, each record on the disk before the next thing happens."""

import errno
import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from grader.batch.journal.lines import from_line, to_line
from grader.batch.journal.records import Record
from grader.errors import GraderError, UsageError
from grader.reports.base import write_atomically

__all__ = ["Journal", "open_journal", "read_journal"]

_NAME = "journal.jsonl"


class Journal:
    """An open journal: what stands in it, and a way to add to it."""

    def __init__(self, file: io.FileIO, path: Path, records: list[Record]) -> None:
        """Continues a file whose end is the end of its last whole record."""
        self._file = file
        self._path = path
        self._size = file.seek(0, os.SEEK_END)
        self.records = records

    def append(self, record: Record) -> None:
        """Adds a record; when this returns, it survives the end of the machine.

        Raises:
            GraderError: It cannot be written; the file is as it was before.
        """
        line = to_line(record)
        try:
            written = 0
            while written < len(line):
                written += self._file.write(line[written:])
            os.fsync(self._file.fileno())
        except OSError as error:
            self._take_back()
            raise GraderError(
                f"The journal {self._path} cannot be written: {error.strerror}. Nothing that stands in it is "
                "lost. Make room on the disk, and start the same command again: it goes on where it stopped."
            ) from error
        self._size += len(line)
        self.records.append(record)

    def begin_anew(self, *, keeping: tuple[type[Record], ...]) -> None:
        """Drops all records but those of some kinds; what stood in the file is kept in another one beside it.

        Raises:
            GraderError: One of the two cannot be written; the journal is as it was before then.
        """
        self._file.seek(0)
        content = self._file.readall()
        if not content:
            return
        copy = self._path.with_name(f"journal-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.jsonl")
        write_atomically(copy, content)
        kept = [record for record in self.records if isinstance(record, keeping)]
        lines = b"".join(to_line(record) for record in kept)
        try:
            new = _replaced(self._path, lines)
        except OSError as error:
            raise GraderError(
                f"The journal {self._path} cannot be begun anew: {error.strerror}. Nothing has changed. "
                "Make room on the disk, and start the same command again."
            ) from error
        self._file.close()
        self._file, self._size = new, len(lines)
        self.records[:] = kept

    def close(self) -> None:
        """Lets another process open it."""
        self._file.close()

    def _take_back(self) -> None:
        """Forgets what part of a record has reached the file."""
        os.ftruncate(self._file.fileno(), self._size)
        self._file.seek(self._size)


@contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """Opens the journal of a batch's folder, or begins one.

    A last line that is torn, as by the end of the machine, is cut off: what it told is found out again.

    Raises:
        UsageError: Another process has it open, it cannot be read, or a line in its middle is damaged.
    """
    path = folder / _NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    except OSError as error:
        raise UsageError(
            f"The journal {path} cannot be opened: {error.strerror}. Name another folder."
        ) from error
    with ExitStack() as until_open:
        until_open.enter_context(file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"Another process writes to {path}. Wait until it has ended, or name another folder."
            ) from error
        records, end = _read(file, path)
        file.truncate(end)
        _sync_folder(folder)
        until_open.pop_all()
    with closing(Journal(file, path, records)) as journal:
        yield journal


def read_journal(folder: Path) -> list[Record]:
    """Reads the journal of a batch's folder, even while another process writes to it.

    Raises:
        UsageError: There is none, or it is damaged.
    """
    path = folder / _NAME
    try:
        with path.open("rb", buffering=0) as file:
            return _read(file, path)[0]
    except OSError as error:
        raise UsageError(
            f"There is no journal to be read at {path}: {error.strerror}. "
            "Name the folder that `grader batch --out` wrote to."
        ) from error


def _read(file: io.FileIO, path: Path) -> tuple[list[Record], int]:
    """All records, and where the last whole one ends."""
    records: list[Record] = []
    end = 0
    lines = file.readall().split(b"\n")
    torn = lines.pop()
    for number, line in enumerate(lines, 1):
        try:
            records.append(from_line(line))
        except UsageError as error:
            is_last = number == len(lines) and not torn
            if is_last and b"\0" in line:  # its blocks had not reached the disk
                break
            raise UsageError(
                f"Line {number} of {path} is damaged: {error}. Nothing was changed. Restore the file from a "
                "copy, or take the line out to have its submission graded again."
            ) from error
        end += len(line) + 1
    return records, end


def _replaced(path: Path, content: bytes) -> io.FileIO:
    """Puts a file with other content in the place of one, at once and with its lock, and gives it opened."""
    beside = path.with_name(f"{path.name}.new")
    file = io.FileIO(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        written = 0
        while written < len(content):
            written += file.write(content[written:])
        os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError:
        file.close()
        beside.unlink(missing_ok=True)
        raise
    return file


def _sync_folder(folder: Path) -> None:
    """Has the folder's entry of a new file survive the end of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that knows no such thing
            raise
    finally:
        os.close(descriptor)

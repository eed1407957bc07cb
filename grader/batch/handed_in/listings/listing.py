"""The interface of a download, and what is left of names that no disk or report can hold."""

import hashlib
import unicodedata
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from grader.submission.intake.entry import Kind, Parts
from grader.submission.intake.ignored import Reason, left_out

_READABLE_CHARACTERS = 40
_NAME_BYTES = 255


@dataclass(frozen=True)
class Thing:
    """A file or a folder in a download.

    Attributes:
        path: From the download's top, the names as they stand there; they may hold anything.
    """

    path: Parts
    kind: Kind

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path[-1]


class Listing(Protocol):
    """A download."""

    @property
    def name(self) -> str:
        """The name of the folder or the zip."""

    def children(self, folder: Parts) -> tuple[Thing, ...]:
        """What lies in a folder, sorted, without what systems and editors put there by themselves."""

    def has(self, path: Parts) -> bool:
        """Whether a path is there, of interest or not."""

    def opened(self, file: Parts) -> AbstractContextManager[BinaryIO]:
        """Opens one file; a link is not followed."""

    def portion(self, path: Parts, place: Path) -> Path:
        """One file or folder as something that intake takes.

        Args:
            place: A path to write to, if anything must be written; it may get an ending.

        Returns:
            What lies in the download itself, or a copy.

        Raises:
            SubmissionRejectedError: It cannot be read.
            GraderError: The copy cannot be written.
        """


def is_of_interest(name: str) -> bool:
    """Whether a person put it there, and not a system, an editor or Git."""
    found = left_out((name,))
    return found is None or found.reason is not Reason.OF_NO_INTEREST


def text_of(name: str) -> str:
    """A name that every file and database can hold: bytes that are no text are written out."""
    return name.encode(errors="backslashreplace").decode()


def safe_name(name: str) -> str:
    """The name of a folder that is made: readable, the same for the same name, and another for any other.

    It differs from that of any other name whatever a file system takes for equal.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    readable = "".join(character if character.isalnum() else "_" for character in plain).strip("_")
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:12]
    return f"{readable[:_READABLE_CHARACTERS] or 'x'}-{digest}"


def file_name(own_name: str) -> str:
    """The name under which a student's loose file is written: its own, if a disk can hold it."""
    cannot_be_written = (
        own_name in {"", ".", ".."}
        or any(character in own_name for character in "/\0")
        or len(own_name.encode(errors="replace")) > _NAME_BYTES
    )
    return safe_name(own_name) if cannot_be_written else own_name

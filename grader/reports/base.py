"""What a report is, and how its file is written: whole or not at all."""

import errno
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grader.errors import GraderError, UsageError
from grader.results import LabResult

__all__ = ["Format", "Report", "ReportOptions", "write_atomically"]

_MACHINE_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


@dataclass(frozen=True)
class ReportOptions:
    """What a caller may ask of a format; a format ignores what does not concern it.

    Attributes:
        strict: Keep to the published schemas, even where everybody goes beyond them.
        folder: Where the submission lies, as seen from where the report is read; empty if nobody knows.
    """

    strict: bool = False
    folder: str = ""


class Report(Protocol):
    """One file format: a pure function of the result."""

    def __call__(self, result: LabResult, options: ReportOptions, /) -> bytes:
        """The whole file."""
        ...


@dataclass(frozen=True)
class Format:
    """A file format and what is said about it.

    Attributes:
        file_name: What its file is called where all reports of a result stand in one folder.
        says: What it is, in a few words.
    """

    render: Report
    file_name: str
    says: str


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file that is there whole or not at all, and makes its parent folders.

    Raises:
        UsageError: The path cannot be written to.
        GraderError: The disk is full or broken.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if _is_device(path):
            path.write_bytes(content)
        else:
            _replace(path, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if isinstance(error, (FileExistsError, NotADirectoryError)):  # "File exists" would puzzle
            reason = "a folder in its path is a file"
        if error.errno in _MACHINE_FAULTS:
            raise GraderError(
                f"The report {path} could not be written: {reason}. "
                "Make room, or choose a path on another disk."
            ) from error
        raise UsageError(
            f"The report {path} cannot be written: {reason}. Choose a file in a folder that you may write to."
        ) from error


def _is_device(path: Path) -> bool:
    """Whether the path is written to as it stands: replacing /dev/stdout by a file would harm the machine."""
    return path.absolute().parts[:2] == ("/", "dev") or (
        path.exists() and not path.is_file() and not path.is_dir()
    )


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

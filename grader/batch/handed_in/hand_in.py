"""The nouns: one hand-in, whose it is, and all that was found in a download."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from grader.sandbox.base import MIB
from grader.submission.intake import IntakeLimits


class DownloadKind(StrEnum):
    """What hand-ins come as."""

    FOLDERS = "folders"
    """A folder, an archive or a file for each student, named after the student."""
    CANVAS = "canvas"
    """Canvas, Download Submissions: flat files `name_LATE_user_attachment_file`."""
    MOODLE = "moodle"
    """Moodle, Download all submissions: `name_participant_assignsubmission_file`, folders or flat files."""
    BLACKBOARD = "blackboard"
    """Blackboard, Assignment File Download: flat files `assignment_username_attempt_time_file`."""
    GRADESCOPE = "gradescope"
    """Gradescope, Export Submissions: folders and a `submission_metadata.yml`."""
    CLASSROOM = "classroom"
    """`gh classroom clone student-repos`: a folder of Git clones."""
    CLASSROOM50 = "classroom50"
    """`gh teacher download`: a folder of Git clones with results, and a `scores.csv`."""


@dataclass(frozen=True)
class CollectionLimits:
    """How much of a download is read at most.

    Attributes:
        entries: Files and folders in a zip of all hand-ins.
        written_bytes: What is copied out of the download, all hand-ins together.
        each: What one student may hand in, as intake has it.
    """

    entries: int = 500_000
    written_bytes: int = 32 * 1024 * MIB
    each: IntakeLimits = field(default_factory=IntakeLimits)


@dataclass(frozen=True)
class Member:
    """One of those who handed in together."""

    name: str
    ids: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class About:
    """What a download says about one hand-in, apart from the files.

    Attributes:
        key: Stable, and unique in its download.
        name: As the download shows it; empty where it shows none.
        ids: What the download knows: `canvas_id`, `moodle_participant`, `username`, `email`,
            `github_username`, `gradescope_id`, `student_id`, or `folder`, which can be anything.
        attempt: Which one, where there are several; later ones sort behind.
        submitted_at: With time zone; None where the download does not say, or does not say the zone.
        is_late: As the download marks it; None if it marks nobody.
        members: Who handed in together, where the download says so.
    """

    key: str
    name: str
    ids: Mapping[str, str] = field(hash=False)
    attempt: str = ""
    submitted_at: datetime | None = None
    is_late: bool | None = None
    group: str | None = None
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class HandIn(About):
    """What one student or one group handed in.

    Attributes:
        path: One folder, one archive or one file, as intake takes it.
        notes: Sentences for the teacher, as of files beside an archive.
    """

    path: Path = field(kw_only=True)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unmatched:
    """A file or a folder that could not be understood, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Collected:
    """All that was found in a download.

    Attributes:
        hand_ins: The attempt that counts for each: the latest. Sorted by key.
        older: The attempts that do not count.
    """

    kind: DownloadKind
    hand_ins: tuple[HandIn, ...]
    older: tuple[HandIn, ...]
    unmatched: tuple[Unmatched, ...]

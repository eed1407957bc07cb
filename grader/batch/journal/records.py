"""What can stand in a journal. Of two records about the same thing, the later one holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from grader.results import LabResult

__all__ = ["Begun", "Fault", "Graded", "HandedIn", "Key", "ManualGrade", "Override", "Record", "Student"]


@dataclass(frozen=True)
class Key:
    """What decides a result: the same key must give the same result.

    Attributes:
        submission_hash: SHA-256 of the submission's files, hexadecimal.
        rubric_hash: SHA-256 of the rubric, hexadecimal.
        seed: What the data was generated from.
        isolation: The sandbox level.
        grader_version: The grader's own.
    """

    submission_hash: str
    rubric_hash: str
    seed: int
    isolation: str
    grader_version: str

    @classmethod
    def of(cls, result: LabResult) -> "Key":
        """The key of a result."""
        return cls(
            result.submission_hash, result.rubric_hash, result.seed, result.isolation, result.grader_version
        )


@dataclass(frozen=True)
class Begun:
    """A run of the batch has begun.

    Attributes:
        lab: The lab's id; all runs of one journal are of the same lab.
        source: Where the submissions came from.
        students: The ids of the students that count from now on; others have left the course.
        hand_ins: The keys of the hand-ins that count from now on; others were withdrawn.
        kind: What the source was said to be; empty if that was found out.
        roster: The list of students; empty if there was none.
        seed: The same for all; None for one of each submission's own.
    """

    lab: str
    title: str
    rubric_hash: str
    isolation: str
    grader_version: str
    source: str
    students: tuple[str, ...]
    hand_ins: tuple[str, ...]
    at: datetime
    kind: str = ""
    roster: str = ""
    seed: int | None = None


@dataclass(frozen=True)
class Student:
    """A student of the roster.

    Attributes:
        id: The student's key in this course.
        ids: What other systems call the student, by the system's word: `canvas_id`, `username`, ...
    """

    id: str
    name: str
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict, hash=False)
    section: str = ""


@dataclass(frozen=True)
class HandedIn:
    """What somebody handed in, the attempt that counts.

    Attributes:
        key: The hand-in's own name in its source, as a Canvas user id or a repository.
        students: The ids of the students whose it is; several for a group.
        submission_hash: SHA-256 of its files; None if intake refuses it.
        refused: Why intake refuses it; empty if it does not.
        submitted_at: With time zone; None if the source does not say.
        is_late: As the source marks it; None if it does not say.
        origin: The file or folder that it came in.
        candidates: The ids of other students whose it may be, which is not certain.
        uncertain: Why that is not certain; empty if there are none.
    """

    key: str
    students: tuple[str, ...]
    submission_hash: str | None
    refused: str = ""
    submitted_at: datetime | None = None
    is_late: bool | None = None
    group: str = ""
    origin: str = ""
    notes: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    uncertain: str = ""


@dataclass(frozen=True)
class Graded:
    """A submission has been graded; the result may be incomplete."""

    result: LabResult

    @property
    def key(self) -> Key:
        """What decided it."""
        return Key.of(self.result)


@dataclass(frozen=True)
class Fault:
    """A submission could not be graded at all, through no fault that is known to be its own.

    Attributes:
        deaths: How many of the grader's processes ended over it.
    """

    submission_hash: str
    rubric_hash: str
    message: str
    deaths: int
    at: datetime


@dataclass(frozen=True)
class ManualGrade:
    """Points that a person has given for what no machine grades.

    Attributes:
        title: The manual criterion's.
        author: Who gave them.
    """

    student: str
    title: str
    points: Decimal
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Override:
    """Points that stand instead of all others.

    Attributes:
        points: None takes an earlier override back.
        author: Who decided.
    """

    student: str
    points: Decimal | None
    author: str
    reason: str
    at: datetime


Record = Begun | Student | HandedIn | Graded | Fault | ManualGrade | Override

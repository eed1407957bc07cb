"""The nouns: a student, and all of a course."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RosterKind(StrEnum):
    """Which program wrote a roster."""

    CANVAS = "canvas"
    """Canvas, the exported gradebook."""
    MOODLE = "moodle"
    """Moodle, the grading worksheet of an assignment."""
    CLASSROOM = "classroom"
    """GitHub Classroom, `classroom_roster.csv`."""
    CLASSROOM50 = "classroom50"
    """Classroom 50, `roster.csv` or `students.csv`."""
    PLAIN = "plain"
    """Anything else with columns that are known: Moodle's participants, Blackboard, or made by hand."""


@dataclass(frozen=True)
class Student:
    """One student.

    Attributes:
        id: By which the roster tells students apart.
        email: Empty if the roster has none.
        ids: All that the roster knows, by the names that hand-ins have too: `canvas_id`,
            `moodle_participant`, `student_id`, `username`, `github_username`, `github_id`.
        group: With whom the student hands in; empty for nobody.
    """

    id: str
    name: str
    email: str
    ids: Mapping[str, str] = field(hash=False)
    group: str = ""
    section: str = ""


@dataclass(frozen=True)
class Roster:
    """All students of a course, in the order of the file."""

    kind: RosterKind
    students: tuple[Student, ...]

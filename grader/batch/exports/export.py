"""The nouns: what an export is made of, and what it comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from grader.batch.grades import Grade

__all__ = ["Export", "Exporter", "LeftOut", "Wishes", "max_points_of", "settled"]


@dataclass(frozen=True)
class Wishes:
    """What a teacher says about an export; a format ignores what does not concern it.

    Attributes:
        title: The lab's.
        column: The header of the grade's column, as the platform writes it with its id.
        own_file: The file that the teacher has downloaded from the platform.
        identifier: The header of Moodle's identifiers, where it is not English.
        grade: The header of Moodle's grades, likewise.
        feedback: The header of Moodle's feedback, likewise.
        with_feedback: Whether feedback is written where the format has it.
    """

    title: str
    column: str = ""
    own_file: bytes | None = None
    identifier: str = "Identifier"
    grade: str = "Grade"
    feedback: str = "Feedback comments"
    with_feedback: bool = True


@dataclass(frozen=True)
class LeftOut:
    """A student who is not in the file.

    Attributes:
        student: The id.
        reason: Why, as part of a sentence.
    """

    student: str
    name: str
    reason: str


@dataclass(frozen=True)
class Export:
    """A file for a platform.

    Attributes:
        included: How many students got their points.
        left_out: The students who are not in it, in the order of the grades.
        untouched: Rows of the teacher's file that lead to none of the students, by what identifies them.
        remarks: Sentences for the teacher.
    """

    content: bytes
    included: int
    left_out: tuple[LeftOut, ...] = ()
    untouched: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Exporter(Protocol):
    """One format: a pure function of the grades, and of the teacher's own file where it needs one."""

    def __call__(self, grades: Sequence[Grade], wishes: Wishes, /) -> Export:
        """Makes the file.

        Raises:
            UsageError: The wishes, or the teacher's file, do not fit the format.
        """
        ...


def settled(grades: Iterable[Grade]) -> tuple[list[Grade], list[LeftOut]]:
    """The grades that have final points, and the students whose grades do not."""
    ready: list[Grade] = []
    left_out: list[LeftOut] = []
    for grade in grades:
        if grade.final_points is None:
            left_out.append(LeftOut(grade.student.id, grade.student.name, grade.status.reason))
        else:
            ready.append(grade)
    return ready, left_out


def max_points_of(grades: Iterable[Grade]) -> Decimal | None:
    """What the lab is worth; None if nothing has been graded."""
    return next((grade.max_points for grade in grades if grade.max_points is not None), None)

"""Which row of a teacher's file is whose: by keys alone, and nobody is guessed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from grader.batch.grades import Grade
from grader.batch.journal import Student

__all__ = ["KEYS", "Paired", "pair", "participant"]


@dataclass(frozen=True)
class Paired:
    """What leads to whom.

    Attributes:
        grades: By the row's number.
        unmatched: The grades to which no row leads, or several do.
        untouched: The numbers of the rows that lead to nobody, or to several.
    """

    grades: Mapping[int, Grade]
    unmatched: tuple[Grade, ...]
    untouched: tuple[int, ...]


def participant(text: str) -> str:
    """The number in Moodle's `Participant 123`, in whatever language."""
    found = re.search(r"(\d+)\s*$", text)
    return found[1] if found else ""


def _ids(*systems: str) -> Callable[[Student], list[str]]:
    return lambda student: [student.ids.get(system, "") for system in systems]


KEYS: Mapping[str, Callable[[Student], Iterable[str]]] = MappingProxyType(
    {
        "canvas_id": _ids("canvas_id"),
        "student_id": _ids("student_id"),
        "username": _ids("username"),
        "login": lambda student: [*_ids("username", "email")(student), student.email],
        "email": lambda student: [student.email, student.ids.get("email", "")],
        "participant": lambda student: [participant(student.ids.get("moodle_participant", ""))],
        "github_username": _ids("github_username"),
        "identifier": lambda student: [student.id, student.email, *_ids("student_id", "username")(student)],
    }
)
"""By the kind of key, what a student goes by."""


def pair(grades: Sequence[Grade], rows: Sequence[Mapping[str, str]]) -> Paired:
    """Pairs rows and grades, each with one other at most.

    Args:
        rows: Each row's keys by their kind, the best first.
    """
    owners: dict[tuple[str, str], set[int]] = {}
    for number, grade in enumerate(grades):
        for kind, values in KEYS.items():
            for value in values(grade.student):
                if value.strip():
                    owners.setdefault((kind, value.strip().casefold()), set()).add(number)
    leads = {row: _owner(keys, owners) for row, keys in enumerate(rows)}
    often = Counter(leads.values())
    found = {row: owner for row, owner in leads.items() if owner is not None and often[owner] == 1}
    return Paired(
        {row: grades[owner] for row, owner in found.items()},
        tuple(grade for number, grade in enumerate(grades) if number not in found.values()),
        tuple(row for row in leads if row not in found),
    )


def _owner(keys: Mapping[str, str], owners: Mapping[tuple[str, str], set[int]]) -> int | None:
    """Whom the best key leads to that leads to anybody; None if that is several, or others disagree."""
    found = [owners.get((kind, value.strip().casefold()), set()) for kind, value in keys.items()]
    found = [numbers for numbers in found if numbers]
    if not found:
        return None
    common = set.intersection(*found)
    return common.pop() if len(common) == 1 else None

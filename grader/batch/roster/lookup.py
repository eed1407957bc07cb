"""Finds students by what a hand-in says of whoever handed in."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from grader.batch.roster.names import FORMS, exact, orders
from grader.batch.roster.student import Student

_EXACT_IDS = ("canvas_id", "moodle_participant", "student_id")
_LOGINS = ("username", "github_username")
_ANYTHING = "folder"  # the name of a folder, which can be any id, login, group or name
_RENAMED = re.compile(r"-\d+\Z")  # what GitHub Classroom puts behind a repository's name if it is taken

_Key = tuple[str, str]


class MatchedBy(StrEnum):
    """What leads from a hand-in to its student, from strong to weak."""

    ID = "id"
    """A number or a key that the platform or the school gave."""
    LOGIN = "login"
    """An e-mail address or a user name; upper and lower case do not count."""
    RENAMED = "login without the number behind it"
    """A GitHub user name, behind which a number stands since the repository's name was taken."""
    GROUP = "group"
    """The name of the group that the roster puts the student in."""
    NAME = "name"
    """The student's name, which only one student has."""


@dataclass(frozen=True)
class Subject:
    """Somebody who handed in, as a download shows them.

    Attributes:
        group: The group's name, if it may be one.
    """

    name: str
    ids: Mapping[str, str]
    group: str = ""


class Lookup:
    """All students, by everything that leads to them."""

    def __init__(self, students: Iterable[Student]) -> None:
        self._students: dict[_Key, dict[str, Student]] = defaultdict(dict)
        for student in students:
            for key in _keys_of(student):
                self._students[key][student.id] = student

    def find(self, subject: Subject) -> tuple[MatchedBy, tuple[Student, ...]] | None:
        """Finds by the strongest thing that leads to anybody; to how many it leads is for others to judge.

        A platform may give the id of one member with the name of the group: then it is the whole group's.
        """
        group = self._found([("group", exact(subject.group))])
        for by in MatchedBy:
            for keys in _keys_for(by, subject):
                found = self._found(keys)
                if by is MatchedBy.NAME:
                    found = {key: each for key, each in found.items() if not _contradict(subject, each)}
                if found and by is not MatchedBy.NAME and found.keys() <= group.keys():
                    return MatchedBy.GROUP, tuple(group.values())
                if found:
                    return by, tuple(found.values())
        return None

    def _found(self, keys: Iterable[_Key]) -> dict[str, Student]:
        return {
            student.id: student for key in keys if key[1] for student in self._students.get(key, {}).values()
        }


def _contradict(subject: Subject, student: Student) -> bool:
    """Whether somebody has a number of one kind and the student another: then it is a namesake."""
    return any(
        subject.ids.get(kind) and student.ids.get(kind) and subject.ids[kind] != student.ids[kind]
        for kind in _EXACT_IDS
    )


def _keys_of(student: Student) -> Iterator[_Key]:
    known = student.ids
    for kind in _EXACT_IDS:
        yield kind, known.get(kind, "")
        yield "any id", known.get(kind, "")
    yield "any id", student.id
    for kind in _LOGINS:
        yield kind, known.get(kind, "").casefold()
        yield "any login", known.get(kind, "").casefold()
    yield "any login", student.id.casefold()
    yield "email", student.email.casefold()
    yield "any login", student.email.casefold()
    yield "group", exact(student.group)
    for number, form in enumerate(FORMS):
        for name in orders(student.name, form):
            yield f"name {number}", name


def _keys_for(by: MatchedBy, subject: Subject) -> Iterator[list[_Key]]:
    """The keys to look under, in the order in which they are tried; those of one list count the same."""
    ids = subject.ids
    anything = ids.get(_ANYTHING, "")
    match by:
        case MatchedBy.ID:
            yield [*((kind, ids.get(kind, "")) for kind in _EXACT_IDS), ("any id", anything)]
        case MatchedBy.LOGIN:
            logins = [(kind, ids.get(kind, "").casefold()) for kind in _LOGINS]
            yield [*logins, ("email", ids.get("email", "").casefold()), ("any login", anything.casefold())]
        case MatchedBy.RENAMED:
            yield [("github_username", _RENAMED.sub("", ids.get("github_username", "").casefold()))]
        case MatchedBy.GROUP:
            yield [("group", exact(subject.group))]
        case MatchedBy.NAME:
            for number, form in enumerate(FORMS):
                yield [(f"name {number}", name) for name in orders(subject.name, form)]

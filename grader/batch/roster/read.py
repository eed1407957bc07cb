"""Reads a roster."""

import re
from collections.abc import Mapping
from pathlib import Path

from grader.batch.roster.columns import FIELD_OF, IDS, field_of, id_fields, kind_of
from grader.batch.roster.student import Roster, RosterKind, Student
from grader.batch.tables import Row, header_of, read_table
from grader.errors import UsageError

_PARTICIPANT = re.compile(r"\D*(\d+)\s*\Z")  # "Participant 5012", in the language of the course
_CANVAS_TEST_STUDENT = "Student, Test"
_CANVAS_POINTS = "Points Possible"
_SHOWN_HEADERS = 12


def read_roster(path: Path) -> Roster:
    """Reads a roster that a platform exported or somebody made.

    Columns are known by their headers, in any order; others are passed over.

    Raises:
        UsageError: It cannot be read, has no column that tells students apart, or has one student twice.
    """
    table = read_table(path, FIELD_OF.__contains__)
    headers = {header_of(header) for header in table.headers}
    kind = kind_of(headers)
    if not {field_of(header, kind) for header in headers} & set(id_fields(kind)):
        found = ", ".join(repr(header) for header in table.headers[:_SHOWN_HEADERS])
        raise UsageError(
            f"{path} has no column that tells students apart. Found: {found}. Name one of them "
            f"{', '.join(id_fields(RosterKind.PLAIN))}, and others as `name` and `email`."
        )
    students: dict[str, tuple[int, Student]] = {}
    for row in table.rows:
        values = _values(row, kind)
        if _is_no_student(values, kind):
            continue
        student = _student(values, kind)
        if student is None:
            raise UsageError(f"{path}, line {row.line}: nothing tells this student apart from others.")
        if student.id in students:
            raise UsageError(
                f"{path}, lines {students[student.id][0]} and {row.line}: both have the id {student.id!r}. "
                "Give each student an id of its own."
            )
        students[student.id] = (row.line, student)
    if not students:
        raise UsageError(f"{path} has no students. Is it the right file?")
    return Roster(kind, tuple(student for _, student in students.values()))


def _values(row: Row, kind: RosterKind) -> dict[str, str]:
    """What is known, by its field; of two columns with one meaning the first that is not empty."""
    values: dict[str, str] = {}
    for header, cell in row.cells.items():
        field = field_of(header, kind)
        if field and cell:
            values.setdefault(field, cell)
    if kind is RosterKind.MOODLE and (found := _PARTICIPANT.match(values.get("moodle_participant", ""))):
        values["moodle_participant"] = found[1]
    return values


def _is_no_student(values: Mapping[str, str], kind: RosterKind) -> bool:
    """Whether it is one of the rows that Canvas adds."""
    name = values.get("name", "")
    return kind is RosterKind.CANVAS and (
        name.startswith(_CANVAS_POINTS) or name == _CANVAS_TEST_STUDENT or not values.get("canvas_id")
    )


def _student(values: Mapping[str, str], kind: RosterKind) -> Student | None:
    student_id = next((values[field] for field in id_fields(kind) if values.get(field)), "")
    if not student_id:
        return None
    email = values.get("email", "")
    if not email:
        logins = (values.get(field, "") for field in ("username", "identifier", "id"))
        email = next((login for login in logins if "@" in login), "")
    name = values.get("name") or f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
    return Student(
        student_id,
        name,
        email,
        {field: values[field] for field in IDS if values.get(field)},
        values.get("group", ""),
        values.get("section", ""),
    )

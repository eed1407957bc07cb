"""Rows and students: by keys alone."""

from collections.abc import Mapping

from grader.batch.exports.pairing import Paired, pair
from grader.batch.journal import Student
from tests.batch.sample_journal import grades_of, journal


def paired(students: list[Student], *rows: Mapping[str, str]) -> Paired:
    return pair(list(grades_of(journal({}, students=students)).values()), rows)


def owners(found: Paired) -> dict[int, str]:
    return {row: grade.student.id for row, grade in found.grades.items()}


ANN, BOB = (
    Student("ann", "Ann", "ann@x", {"canvas_id": "1"}),
    Student("bob", "Bob", "bob@x", {"canvas_id": "2"}),
)


def test_keys_lead_to_students_whatever_their_case() -> None:
    found = paired([ANN, BOB], {"canvas_id": "2", "email": ""}, {"canvas_id": "", "email": "Ann@X "})
    assert owners(found) == {0: "bob", 1: "ann"}
    assert (found.unmatched, found.untouched) == ((), ())


def test_keys_that_disagree_lead_to_nobody() -> None:
    found = paired([ANN, BOB], {"canvas_id": "1", "email": "bob@x"})
    assert owners(found) == {}
    assert found.untouched == (0,)


def test_two_rows_of_one_student_lead_to_nobody() -> None:
    assert owners(paired([ANN], {"email": "ann@x"}, {"canvas_id": "1"})) == {}


def test_two_students_with_one_key_are_told_apart_by_another_or_not_at_all() -> None:
    twin = Student("twin", "Ann", "ann@x", {"canvas_id": "3"})
    assert owners(paired([ANN, twin], {"email": "ann@x"})) == {}
    assert owners(paired([ANN, twin], {"email": "ann@x", "canvas_id": "3"})) == {0: "twin"}


def test_empty_keys_lead_to_nobody() -> None:
    assert owners(paired([Student("x", "")], {"email": "", "canvas_id": ""})) == {}

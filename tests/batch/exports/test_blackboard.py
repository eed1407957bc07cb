"""Blackboard's grade centre."""

import pytest

from grader.batch.exports import EXPORTS, Export, Wishes
from grader.batch.journal import Student
from grader.errors import UsageError
from tests.batch.sample_journal import grades_of, journal

COLUMN = "Lab 1 [Total Pts: 10 Score] |1271854"
STUDENTS = (Student("ann", "Ann", "", {"username": "ann"}), Student("S2", "Bob", "", {"student_id": "S2"}))
OWN = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t"' + COLUMN + '"\r\n'
    '"Doe"\t"Ann"\t"ann"\t"S1"\t""\t"Yes"\t""\r\n"Roe"\t"Bob"\t"bob7"\t"S2"\t""\t"Yes"\t"3"\r\n'
    '"Poe"\t"Di"\t"di"\t"S3"\t""\t"Yes"\t"5"\r\n'
)


def export(points: dict[str, str], wishes: Wishes, students: tuple[Student, ...] = STUDENTS) -> Export:
    return EXPORTS["blackboard"](list(grades_of(journal(points, students=students)).values()), wishes)


def test_the_file_has_usernames_and_the_columns_id_all_in_quotes() -> None:
    exported = export({"ann": "6.5"}, Wishes("Lab 1", COLUMN))
    assert exported.content.decode() == f'"Username","{COLUMN}"\r\n"ann","6.5"\r\n'
    assert [one.student for one in exported.left_out] == ["S2"]


def test_who_has_no_username_is_listed() -> None:
    exported = export({"S2": "4"}, Wishes("Lab 1", COLUMN))
    assert ("S2", "the student has no username") in [(one.student, one.reason) for one in exported.left_out]


def test_a_column_without_an_id_would_be_worth_nothing() -> None:
    with pytest.raises(UsageError, match="worth nothing"):
        export({"ann": "6.5"}, Wishes("Lab 1", "Lab 1"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_the_teachers_file_gives_the_usernames_and_the_column(encoding: str) -> None:
    exported = export({"ann": "6.5", "S2": "4"}, Wishes("Lab 1", own_file=OWN.encode(encoding)))
    assert exported.content.decode() == f'"Username","{COLUMN}"\r\n"ann","6.5"\r\n"bob7","4"\r\n'
    assert exported.untouched == ("di",)


def test_another_total_is_told() -> None:
    other = COLUMN.replace("10", "20")
    assert "20 points, the lab 10" in export({"ann": "6.5"}, Wishes("Lab 1", other)).remarks[0]
    assert export({"ann": "6.5"}, Wishes("Lab 1", COLUMN)).remarks == ()


def test_a_column_that_is_not_certain_is_asked_for() -> None:
    with pytest.raises(UsageError, match="0 columns 'Lab 9'"):
        export({"ann": "6.5"}, Wishes("Lab 9", own_file=OWN.encode()))


def test_a_username_that_is_a_formula_is_left_out() -> None:
    evil = (Student("ann", "Ann", "", {"username": "=1+1"}), Student("bob", "Bob", "", {"username": "-bob"}))
    exported = export({"ann": "6.5", "bob": "4"}, Wishes("Lab 1", COLUMN), evil)
    assert exported.content.decode().splitlines()[1:] == ['"-bob","4"']
    assert [one.student for one in exported.left_out] == ["ann"]

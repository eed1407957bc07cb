"""GitHub Classroom's grades."""

import csv
import io
from datetime import timedelta

import pytest

from grader.batch.exports import EXPORTS, Export, Wishes
from grader.batch.journal import Record, Student
from grader.errors import UsageError
from tests.batch.sample_journal import grades_of, handed_in, journal

ANN = Student("ann@uni.edu", "Ann", "", {"github_username": "Ann-D"})
BOB = Student("bob@uni.edu", "Bob")
OWN = (
    "assignment_name,assignment_url,starter_code_url,github_username,roster_identifier,student_repository_name,"
    "student_repository_url,submission_timestamp,points_awarded,points_available\n"
    'Lab 1,"https://x/1",,ann-d,,lab-1-ann-d,https://x/lab-1-ann-d,2026-03-01 12:00:00 UTC,0,100\n'
    "Lab 1,https://x/1,,b0b,bob@uni.edu,lab-1-b0b,https://x/lab-1-b0b,,7,100\n"
    "Lab 1,https://x/1,,di,,lab-1-di,https://x/lab-1-di,,8,100\n"
)


def export(points: dict[str, str], wishes: Wishes, *more: Record) -> Export:
    return EXPORTS["classroom"](list(grades_of(journal(points, *more, students=(ANN, BOB))).values()), wishes)


def test_the_columns_are_those_of_gh_classroom() -> None:
    exported = export({ANN.id: "6.5"}, Wishes("Lab 1"), handed_in(ANN.id, late=timedelta(0)))
    header, row = csv.reader(io.StringIO(exported.content.decode(), newline=""))
    assert header == OWN.splitlines()[0].split(",")
    assert row == ["Lab 1", "", "", "Ann-D", ANN.id, ANN.id, "", "2026-03-01 23:00:00 UTC", "6.5", "10"]
    assert [one.student for one in exported.left_out] == [BOB.id]


def test_groups_have_their_column() -> None:
    exported = export({ANN.id: "6.5"}, Wishes("Lab 1"), handed_in(ANN.id, group="=1+1"))
    header, row = csv.reader(io.StringIO(exported.content.decode(), newline=""))
    assert (header[-1], row[-1]) == ("group_name", "'=1+1")


def test_who_has_no_account_is_listed() -> None:
    exported = export({BOB.id: "4"}, Wishes("Lab 1"))
    assert (BOB.id, "the student has no account on GitHub") in [
        (one.student, one.reason) for one in exported.left_out
    ]


def test_of_the_teachers_file_only_points_change() -> None:
    exported = export({ANN.id: "6.5"}, Wishes("Lab 1", own_file=OWN.encode()))
    assert exported.content == OWN.replace("UTC,0,100", "UTC,6.5,10").encode()
    assert (exported.included, exported.untouched) == (1, ("di",))
    both = export({ANN.id: "6.5", BOB.id: "4"}, Wishes("Lab 1", own_file=OWN.encode()))
    assert both.content == OWN.replace("UTC,0,100", "UTC,6.5,10").replace(",7,100", ",4,10").encode()


def test_another_file_is_refused() -> None:
    with pytest.raises(UsageError, match="points_awarded"):
        export({ANN.id: "6.5"}, Wishes("Lab 1", own_file=b"a,b\n1,2\n"))

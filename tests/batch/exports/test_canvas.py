"""Canvas' gradebook."""

import csv
import io
from dataclasses import replace

import pytest

from grader.batch.exports import EXPORTS, Export, Wishes
from grader.batch.journal import Student
from grader.errors import UsageError
from tests.batch.sample_journal import grades_of, journal

ANN = Student("ann", "Doe, Ann", "ann@uni.edu", {"canvas_id": "1234", "username": "ann"}, "DB-A")
BOB = Student("bob", "Roe, Bob", "bob@uni.edu", {"student_id": "S2"}, "DB-A")
CY = Student("cy", "Cy", "cy@uni.edu", {"canvas_id": "9"})
OWN = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (98765),Lab 2 (98766),Final Grade (1),Final Score\r\n"
    ",,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,20,10,10,(read only)\r\n"
    '"Doe, Ann",1234,S1,ann@uni.edu,DB-A,1,2,,\r\n'
    '"Roe, Bob",1235,S2,bob@uni.edu,DB-A,3,4,,\r\n'
    "Cy,9,,,DB-A,5,,,\r\n"
    "=1+1,77,,stranger,DB-A,,,,\r\n"
    '"Student, Test",78,,,DB-A,,,,\r\n'
)


def export(points: dict[str, str], wishes: Wishes, *students: Student) -> Export:
    return EXPORTS["canvas"](
        list(grades_of(journal(points, students=students or (ANN, BOB, CY))).values()), wishes
    )


def rows(exported: Export) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported.content.decode(), newline="")))


def own(text: str = OWN, column: str = "") -> Wishes:
    return Wishes("Lab 1", column, text.encode())


def test_the_header_is_what_canvas_accepts() -> None:
    header, possible, ann, *_ = rows(export({"ann": "6.5"}, Wishes("Lab 1", "Lab 1 (98765)")))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 1 (98765)"]
    assert possible == ["    Points Possible", "", "", "", "", "10"]
    assert ann == ["Doe, Ann", "1234", "", "ann", "DB-A", "6.5"]


def test_a_column_without_an_id_would_make_a_new_assignment() -> None:
    with pytest.raises(UsageError, match="new assignment"):
        export({"ann": "6.5"}, Wishes("Lab 1", "Lab 1"))
    with pytest.raises(UsageError, match="Say which column with --column"):
        export({"ann": "6.5"}, Wishes("Lab 1", ""))


@pytest.mark.parametrize("word", ["Current Score", "Final Grade", "Override Points"])
def test_a_column_that_canvas_ignores_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="ignores"):
        export({"ann": "6.5"}, Wishes("Lab 1", f"{word} (1)"))
    with pytest.raises(UsageError, match="ignores"):
        export({"ann": "6.5"}, own(OWN.replace("Lab 1 (98765)", f"{word} (98765)"), "98765"))


def test_who_has_no_points_is_not_in_it_since_a_blank_clears_a_grade() -> None:
    exported = export({"ann": "6.5"}, own())
    assert [row[1] for row in rows(exported)[2:]] == ["1234"]
    assert [one.student for one in exported.left_out] == ["bob", "cy"]
    assert all(cell for row in rows(exported)[2:] for cell in row[-1:])


def test_who_cannot_be_found_is_listed() -> None:
    nobody = Student("di", "Di")
    exported = export({"di": "4"}, Wishes("Lab 1", "Lab 1 (1)"), nobody)
    assert [one.reason for one in exported.left_out] == [
        "the student has no id of Canvas, no SIS id and no login"
    ]
    exported = export({"di": "4"}, own(), nobody)
    assert "certainly" in exported.left_out[0].reason


def test_the_teachers_gradebook_gives_the_ids_and_only_the_labs_column_is_written() -> None:
    exported = export({"ann": "6.5", "bob": "4"}, own())
    assert rows(exported) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 1 (98765)"],
        ["    Points Possible", "", "", "", "", "20"],
        ["Doe, Ann", "1234", "S1", "ann@uni.edu", "DB-A", "6.5"],
        ["Roe, Bob", "1235", "S2", "bob@uni.edu", "DB-A", "4"],
    ]
    assert exported.untouched == ("=1+1", "Student, Test")


def test_points_possible_stay_as_canvas_has_them_and_a_difference_is_told() -> None:
    assert "20 points, the lab 10" in export({"ann": "6.5"}, own()).remarks[0]
    assert export({"ann": "6.5"}, own(OWN.replace(",20,", ",10,"))).remarks == ()


def test_a_column_that_is_read_only_is_refused() -> None:
    with pytest.raises(UsageError, match="read only"):
        export({"ann": "6.5"}, own(OWN.replace(",20,", ",(read only),")))


@pytest.mark.parametrize("column", ["98766", "Lab 2", "Lab 2 (98766)"])
def test_the_column_is_found_by_id_title_or_both(column: str) -> None:
    assert rows(export({"ann": "6.5"}, own(OWN, column)))[0][-1] == "Lab 2 (98766)"


@pytest.mark.parametrize("text", [OWN.replace("Lab 1 (", "Other ("), OWN.replace("Lab 2 (", "Lab 1 (")])
def test_a_column_that_is_not_certain_is_asked_for(text: str) -> None:
    with pytest.raises(UsageError, match=r"Say which column it is: '(Other|Lab 1) \(98765\)'"):
        export({"ann": "6.5"}, own(text))


def test_a_gradebook_with_semicolons_and_decimal_commas_is_read() -> None:
    text = (
        OWN.replace('"Doe, Ann"', "Doe Ann").replace('"Roe, Bob"', "Bob").replace('"Student, Test"', "Test")
    )
    exported = export({"ann": "6.5"}, own(text.replace(",", ";").replace(";20;", ";20,5;")))
    assert rows(exported)[1:] == [
        ["    Points Possible", "", "", "", "", "20.5"],
        ["Doe Ann", "1234", "S1", "ann@uni.edu", "DB-A", "6.5"],
    ]


@pytest.mark.parametrize("text", ["Name,Points\nann,3\n", OWN.replace("Section", "Class")])
def test_what_is_no_gradebook_of_canvas_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="Section"):
        export({"ann": "6.5"}, own(text))


def test_a_name_is_no_formula_and_an_id_stays_as_it_is() -> None:
    evil = replace(ANN, name="=1+1", ids={"canvas_id": "1234", "username": "-ann"})
    row = rows(export({"ann": "6.5"}, Wishes("Lab 1", "Lab 1 (1)"), evil))[2]
    assert (row[0], row[3]) == ("'=1+1", "-ann")
    worse = replace(ANN, ids={"canvas_id": "=1+1"})
    exported = export({"ann": "6.5"}, Wishes("Lab 1", "Lab 1 (1)"), worse)
    assert (exported.included, exported.left_out[0].student) == (0, "ann")
    stranger = replace(CY, ids={"canvas_id": "77"})
    assert rows(export({"cy": "4"}, own(), stranger))[2][:2] == ["'=1+1", "77"]

"""Rosters of every platform."""

from pathlib import Path

import pytest

from grader.batch.roster import Roster, RosterKind, Student, read_roster
from grader.errors import UsageError


def read(place: Path, text: str, encoding: str = "utf-8") -> Roster:
    (place / "roster.csv").write_bytes(text.encode(encoding))
    return read_roster(place / "roster.csv")


def test_canvas_gradebook(tmp_path: Path) -> None:
    roster = read(
        tmp_path,
        "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (98765)\n"
        "    Points Possible,,,,,10\n"
        '"Doe, Jane",1234,S001,jdoe@uni.edu,DB-A,6.5\n'
        '"Student, Test",99,,abc,DB-A,\n',
        "utf-8-sig",
    )
    assert roster.kind is RosterKind.CANVAS
    ids = {"canvas_id": "1234", "student_id": "S001", "username": "jdoe@uni.edu"}
    assert roster.students == (Student("1234", "Doe, Jane", "jdoe@uni.edu", ids, "", "DB-A"),)


def test_moodle_worksheet_and_participants(tmp_path: Path) -> None:
    worksheet = read(
        tmp_path,
        'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Last modified (grade)"\n'
        '"Participant 5012","Jane Doe",jdoe@uni.edu,Submitted,6.50,10.00,-\n',
    )
    assert worksheet.kind is RosterKind.MOODLE
    assert worksheet.students == (
        Student("5012", "Jane Doe", "jdoe@uni.edu", {"moodle_participant": "5012"}),
    )
    participants = read(
        tmp_path,
        '"First name","Last name","ID number","Email address",Groups\nJane,Doe,S001,jdoe@uni.edu,Team 7\n'
        "Al,Smith,,al@uni.edu,\n",
    )
    assert participants.students == (
        Student("S001", "Jane Doe", "jdoe@uni.edu", {"student_id": "S001"}, "Team 7"),
        Student("al@uni.edu", "Al Smith", "al@uni.edu", {}),
    )


def test_blackboard_tabs_in_utf16(tmp_path: Path) -> None:
    roster = read(
        tmp_path,
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Lab 1 [Total Pts: 10 Score] |12"\n'
        '"Doe"\t"Jané"\t"jdoe"\t"S001"\t"6.5"\n',
        "utf-16",
    )
    assert roster.students == (Student("S001", "Jané Doe", "", {"student_id": "S001", "username": "jdoe"}),)


def test_github_classroom(tmp_path: Path) -> None:
    roster = read(
        tmp_path,
        '"identifier","github_username","github_id","name"\n"jdoe@uni.edu","janedoe","583231","Jane Doe"\n'
        '"S002","","",""\n',
    )
    assert roster.kind is RosterKind.CLASSROOM
    ids = {"github_username": "janedoe", "github_id": "583231"}
    assert roster.students == (
        Student("jdoe@uni.edu", "Jane Doe", "jdoe@uni.edu", ids),
        Student("S002", "", "", {}),
    )


def test_classroom50(tmp_path: Path) -> None:
    roster = read(
        tmp_path, "username,first_name,last_name,email,section,github_id\njanedoe,Jane,Doe,j@uni.edu,A,5\n"
    )
    assert roster.kind is RosterKind.CLASSROOM50
    ids = {"github_username": "janedoe", "github_id": "5"}
    assert roster.students == (Student("janedoe", "Jane Doe", "j@uni.edu", ids, "", "A"),)


def test_plain_in_any_order_and_case(tmp_path: Path) -> None:
    roster = read(tmp_path, "EMAIL;Canvas ID;Name;Id;Notes\nj@uni.edu;77;Jane;7;x\n;;Al;8;\n")
    assert roster.kind is RosterKind.PLAIN
    assert roster.students == (
        Student("7", "Jane", "j@uni.edu", {"canvas_id": "77"}),
        Student("8", "Al", "", {}),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Nombre,Nota\nJane,5\n", "no column that tells students apart. Found: 'Nombre', 'Nota'"),
        ("id,name\n7,Jane\n7,Al\n", "lines 2 and 3: both have the id '7'"),
        ("id,name\n,Jane\n", "line 2: nothing tells this student apart"),
        ("id,name\n", "has no students"),
    ],
)
def test_what_is_no_roster_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(tmp_path, text)

"""Moodle's grading worksheet."""

import pytest

from grader.batch.exports import EXPORTS, Export, Wishes
from grader.batch.journal import Student
from grader.errors import UsageError
from tests.batch.sample_journal import grades_of, journal, overridden

ANN = Student("ann", "Ann", "ann@uni.edu", {"moodle_participant": "101"})
BOB = Student("bob", "Bob", "Bob@uni.edu")
CY = Student("cy", "Cy", "cy@uni.edu")
OWN = (
    '\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\r\n'
    'Participant 101,"Ann ""A"" Doe",ann@uni.edu,"Submitted for grading - ",,"10,00",Yes,"Sunday, 1",-,\r\n'
    'Participant 102,=1+1,bob@uni.edu,"Submitted",3.00,"10,00",Yes,-,-,"<p>Well done</p>"\r\n'
    'Participant 103,Cy,cy@uni.edu,"No submission",,"10,00",Yes,-,-,\r\n'
    'Participant 104,Stranger,di@uni.edu,"No submission",2.00,"10,00",Yes,-,-,keep\r\n'
)


def export(text: str, points: dict[str, str], wishes: Wishes | None = None) -> Export:
    wished = wishes or Wishes("Lab 1", own_file=text.encode(), with_feedback=False)
    return EXPORTS["moodle"](list(grades_of(journal(points, students=(ANN, BOB, CY))).values()), wished)


def test_only_grades_are_filled_in_and_every_other_byte_stays() -> None:
    exported = export(OWN, {"ann": "6.5", "bob": "4"})
    expected = OWN.replace('grading - ",,', 'grading - ",6.5,').replace('"Submitted",3.00', '"Submitted",4')
    assert exported.content == expected.encode()
    assert exported.included == 2
    assert exported.untouched == ("Participant 104",)


def test_a_blank_never_overwrites() -> None:
    exported = export(OWN.replace('submission",,', 'submission",7.00,'), {"ann": "6.5"})
    assert b'submission",7.00,' in exported.content
    assert b'"Submitted",3.00' in exported.content
    assert [(one.student, one.reason) for one in exported.left_out] == [
        ("bob", "nothing was handed in"),
        ("cy", "nothing was handed in"),
    ]


def test_a_grade_that_is_the_same_stays_as_moodle_wrote_it() -> None:
    assert (
        export(OWN.replace("3.00", '"4,00"'), {"bob": "4"}).content == OWN.replace("3.00", '"4,00"').encode()
    )


def test_a_participants_number_goes_before_what_else_may_be_hidden() -> None:
    blind = "Identifier,Status,Grade,Maximum Grade,Last modified (grade)\nParticipant 101,-,,10.00,-\n"
    assert b"Participant 101,-,6.5,10.00,-" in export(blind, {"ann": "6.5"}).content
    assert [one.student for one in export(blind, {"ann": "6.5", "bob": "4"}).left_out] == ["cy", "bob"]


def test_feedback_tells_what_the_points_are_and_is_html() -> None:
    wishes = Wishes("Lab 1", own_file=OWN.encode())
    text = export(OWN, {"ann": "6.5"}, wishes).content.decode()
    assert (
        "Graded by machine: 6.5 of 10 points.<br>Loads &lt;every&gt; landing (2.5 of 6): =HYPERLINK" in text
    )
    again = export(text, {"ann": "10"}, Wishes("Lab 1", own_file=text.encode())).content.decode()
    assert again.count("Graded by machine") == 1
    assert "Graded by machine: 10 of 10 points." in again


def test_feedback_that_a_person_wrote_stays() -> None:
    exported = export(OWN, {"bob": "4"}, Wishes("Lab 1", own_file=OWN.encode()))
    assert b"<p>Well done</p>" in exported.content
    assert exported.remarks == ("bob has feedback that a person wrote; it stays.",)


def test_a_worksheet_in_another_language_is_read_by_its_headers() -> None:
    text = "Identificador,Estado,Calificación,Última modificación (calificación)\nParticipante 101,-,,-\n"
    with pytest.raises(UsageError, match="'Identificador', 'Estado', 'Calificación'"):
        export(text, {"ann": "6.5"})
    wishes = Wishes("Lab 1", own_file=text.encode(), identifier="Identificador", grade="Calificación")
    assert export(text, {"ann": "6.5"}, wishes).content == text.replace("-,,", "-,6.5,").encode()


def test_what_moodle_would_refuse_is_left_out() -> None:
    locked = OWN.replace('grading - ",,"10,00",Yes', 'grading - ",,"10,00",No')
    exported = export(locked, {"ann": "6.5"})
    assert exported.content == locked.encode()
    assert exported.left_out[-1].reason == "Moodle says that the grade cannot be changed"
    records = journal({"ann": "6.5"}, overridden("ann", "12"), students=(ANN,))
    wishes = Wishes("Lab 1", own_file=OWN.encode())
    exported = EXPORTS["moodle"](list(grades_of(records).values()), wishes)
    assert exported.left_out[0].reason == "12 points are more than the 10 that Moodle allows"
    assert exported.content == OWN.encode()


def test_another_maximum_is_told() -> None:
    exported = export(OWN.replace('"10,00"', "100.00"), {"ann": "6.5"})
    assert exported.remarks == ("Moodle's assignment has 100 points, the lab 10; points stay as they are.",)


def test_moodle_reads_commas_alone() -> None:
    with pytest.raises(UsageError, match="commas"):
        export("Identifier;Grade;Last modified (grade)\nParticipant 101;;-\n", {"ann": "6.5"})


def test_without_a_worksheet_it_is_told_where_to_get_one() -> None:
    with pytest.raises(UsageError, match="Download grading worksheet"):
        export("", {"ann": "6.5"}, Wishes("Lab 1"))

"""Whose each hand-in is."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.handed_in import Collected, DownloadKind, HandIn, Member
from grader.batch.roster import Matched, MatchedBy, Roster, RosterKind, Student, match

JANE = Student(
    "S1", "Doe, Jane", "jane@uni.edu", {"canvas_id": "1", "username": "jdoe", "github_username": "janedoe"}
)
AL = Student("S2", "Al Smíth", "al@uni.edu", {"canvas_id": "2", "moodle_participant": "52"}, group="Team 7")
BO = Student("S3", "Bo van Chan", "", {"student_id": "003"}, group="Team 7")
STUDENTS = (JANE, AL, BO)


def hand_in(key: str, name: str = "", ids: Mapping[str, str] | None = None, *members: Member) -> HandIn:
    return HandIn(key, name, ids or {}, members=members, path=Path(key))


def matched(*hand_ins: HandIn, students: tuple[Student, ...] = STUDENTS) -> Matched:
    return match(Collected(DownloadKind.FOLDERS, hand_ins, (), ()), Roster(RosterKind.PLAIN, students))


def pairs(found: Matched) -> list[tuple[str, str, MatchedBy]]:
    return [(pair.student.id, pair.hand_in.key, pair.by) for pair in found.pairs]


def test_a_login_goes_before_one_with_a_number_behind_it() -> None:
    """Else anybody could call themselves so, and nobody's hand-in would count."""
    own, other = (hand_in(name, "", {"github_username": name}) for name in ("janedoe", "janedoe-1"))
    found = matched(own, other)
    assert pairs(found) == [("S1", "janedoe", MatchedBy.LOGIN)]
    assert [one.hand_in.key for one in found.ambiguous] == ["janedoe-1"]


@pytest.mark.parametrize(
    ("name", "ids", "student", "by"),
    [
        ("whoever", {"canvas_id": "1"}, JANE, MatchedBy.ID),
        ("Doe Jane", {"moodle_participant": "52"}, AL, MatchedBy.ID),
        ("", {"student_id": "003", "email": "none@uni.edu"}, BO, MatchedBy.ID),
        ("", {"folder": "S2"}, AL, MatchedBy.ID),
        ("", {"folder": "003"}, BO, MatchedBy.ID),
        ("", {"email": "JANE@uni.edu"}, JANE, MatchedBy.LOGIN),
        ("", {"username": "JDoe"}, JANE, MatchedBy.LOGIN),
        ("", {"github_username": "JaneDoe"}, JANE, MatchedBy.LOGIN),
        ("", {"github_username": "janedoe-1"}, JANE, MatchedBy.RENAMED),
        ("", {"folder": "Al@Uni.edu"}, AL, MatchedBy.LOGIN),
        ("doejane", {}, JANE, MatchedBy.NAME),
        ("JANE  DOE", {}, JANE, MatchedBy.NAME),
        ("smithal", {}, AL, MatchedBy.NAME),
        ("van Chan, Bo", {}, BO, MatchedBy.NAME),
        ("vanchanbo", {}, BO, MatchedBy.NAME),
    ],
)
def test_the_strongest_thing_leads_to_the_student(
    name: str, ids: dict[str, str], student: Student, by: MatchedBy
) -> None:
    found = matched(hand_in("k", name, ids))
    assert pairs(found) == [(student.id, "k", by)]
    assert set(found.without_hand_in) == set(STUDENTS) - {student}
    assert found.ambiguous == found.without_student == ()


@pytest.mark.parametrize(
    ("name", "ids"), [("Nobody", {}), ("", {}), ("Jane", {"canvas_id": "9"}), ("?!", {"username": "S1x"})]
)
def test_who_is_not_in_the_roster_is_listed(name: str, ids: dict[str, str]) -> None:
    found = matched(hand_in("k", name, ids))
    assert [each.key for each in found.without_student] == ["k"]
    assert found.without_hand_in == STUDENTS


def test_a_name_of_two_is_not_guessed_even_if_one_of_them_has_handed_in() -> None:
    other = Student("S4", "Jane Doe", "", {})
    found = matched(hand_in("a", "", {"canvas_id": "1"}), hand_in("b", "Jane Doe"), students=(JANE, other))
    assert pairs(found) == [("S1", "a", MatchedBy.ID)]
    assert [(each.hand_in.key, each.students) for each in found.ambiguous] == [("b", (JANE, other))]
    assert found.without_hand_in == (other,)


def test_a_namesake_with_another_id_is_somebody_else() -> None:
    found = matched(hand_in("k", "Jane Doe", {"canvas_id": "9"}))
    assert [each.key for each in found.without_student] == ["k"]


def test_id_of_one_member_with_the_name_of_the_group_leads_to_the_group() -> None:
    found = matched(hand_in("2", "team7", {"canvas_id": "2"}))
    assert pairs(found) == [("S2", "2", MatchedBy.GROUP), ("S3", "2", MatchedBy.GROUP)]


def test_ids_that_contradict_each_other_are_listed() -> None:
    found = matched(hand_in("k", "", {"canvas_id": "1", "moodle_participant": "52"}))
    assert found.pairs == ()
    assert found.ambiguous[0].students == (JANE, AL)


def test_the_stronger_of_two_hand_ins_is_the_students() -> None:
    found = matched(hand_in("a", "Jane Doe"), hand_in("b", "", {"username": "jdoe"}))
    assert pairs(found) == [("S1", "b", MatchedBy.LOGIN)]
    assert [(each.hand_in.key, each.reason) for each in found.ambiguous] == [
        ("a", "Its name leads to S1, and so does b.")
    ]


def test_two_as_strong_are_both_listed_and_a_weaker_one_gains_nothing() -> None:
    found = matched(
        hand_in("a", "", {"folder": "jdoe"}), hand_in("b", "", {"folder": "JDOE"}), hand_in("c", "Jane Doe")
    )
    assert found.pairs == ()
    assert sorted(each.hand_in.key for each in found.ambiguous) == ["a", "b", "c"]


def test_members_of_a_group_have_the_same_hand_in() -> None:
    members = Member("?", {"student_id": "003"}), Member("Jane Doe", {}), Member("Eve", {"email": "eve@x"})
    found = matched(hand_in("g", "Eve, and others", {}, *members))
    assert pairs(found) == [("S1", "g", MatchedBy.NAME), ("S3", "g", MatchedBy.ID)]
    assert [(lost.hand_in.key, lost.member.name) for lost in found.unknown_members] == [("g", "Eve")]
    assert found.without_student == ()


def test_a_group_of_the_roster_has_the_hand_in_that_is_named_after_it() -> None:
    found = matched(hand_in("12", "team 7", {"moodle_participant": "12"}))
    assert pairs(found) == [("S2", "12", MatchedBy.GROUP), ("S3", "12", MatchedBy.GROUP)]


def test_who_hands_in_alone_besides_the_group_keeps_the_own() -> None:
    found = matched(hand_in("12", "Team 7"), hand_in("x", "", {"student_id": "003"}))
    assert pairs(found) == [("S2", "12", MatchedBy.GROUP), ("S3", "x", MatchedBy.ID)]
    assert [each.hand_in.key for each in found.ambiguous] == ["12"]


people = st.lists(
    st.tuples(
        st.sampled_from(["Ann", "Änn", "Bo", "Ann Bo", "Bo, Ann", "", "\u0940\u0915"]), st.sampled_from("123")
    ),
    max_size=5,
)


@settings(max_examples=300)
@given(people, people)
def test_nobody_is_lost_and_nobody_has_two(
    roster: list[tuple[str, str]], handed_in: list[tuple[str, str]]
) -> None:
    students = tuple(
        Student(f"S{number}", name, "", {"username": login}) for number, (name, login) in enumerate(roster)
    )
    hand_ins = [hand_in(f"h{n}", name, {"username": login}) for n, (name, login) in enumerate(handed_in)]
    found = matched(*hand_ins, students=students)
    listed = [*found.without_student, *(each.hand_in for each in found.ambiguous)]
    assert {pair.hand_in.key for pair in found.pairs} | {each.key for each in listed} == {
        h.key for h in hand_ins
    }
    with_one = [pair.student.id for pair in found.pairs]
    assert sorted([*with_one, *(student.id for student in found.without_hand_in)]) == sorted(
        student.id for student in students
    )
    assert len({pair.hand_in.key for pair in found.pairs}) == len(found.pairs)

"""Blackboard's downloads."""

from grader.batch.handed_in import DownloadKind

from .conftest import Collecting, Taken
from .downloads import FILE

EARLY, LATE = "2026-09-01-10-00-00", "2026-09-02-09-59-59"


def note(name: str, username: str) -> bytes:
    text = f"Name: {name} ({username})\r\nAssignment: Lab 1\r\nDate Submitted: Tuesday\r\n\r\nFiles:\r\n"
    return text.encode()


def test_latest_attempt_counts(collecting: Collecting, take: Taken) -> None:
    found = collecting(
        {
            f"Lab 1_jdoe_attempt_{EARLY}.txt": note("Jane Doe", "jdoe"),
            f"Lab 1_jdoe_attempt_{EARLY}_{FILE}": b"early",
            f"Lab 1_jdoe_attempt_{LATE}.txt": note("Jane Doe", "jdoe"),
            f"Lab 1_jdoe_attempt_{LATE}_{FILE}": b"late",
            f"Lab 1_asmith_attempt_{EARLY}_{FILE}": b"al",
        }
    )
    assert found.kind is DownloadKind.BLACKBOARD
    al, jane = found.hand_ins
    assert (jane.key, jane.name, jane.ids, jane.attempt) == ("jdoe", "Jane Doe", {"username": "jdoe"}, LATE)
    assert (take(jane), take(al)) == (b"late", b"al")
    assert [take(older) for older in found.older] == [b"early"]
    assert jane.submitted_at is None, "the time zone is not known"


def test_underscores_in_assignments_and_usernames_are_told_apart_by_the_note(collecting: Collecting) -> None:
    found = collecting(
        {
            f"Lab_1_jane_doe_attempt_{EARLY}.txt": note("Jane (JD) Doe", "jane_doe"),
            f"Lab_1_jane_doe_attempt_{EARLY}_{FILE}": b"",
            f"Lab_1_jane_roe_attempt_{EARLY}.txt": note("Jane Roe", "jane_roe"),
            f"Lab_1_jane_roe_attempt_{EARLY}_{FILE}": b"",
        }
    )
    assert [(hand_in.key, hand_in.name) for hand_in in found.hand_ins] == [
        ("jane_doe", "Jane (JD) Doe"),
        ("jane_roe", "Jane Roe"),
    ]


def test_without_notes_the_common_beginning_is_the_assignment(collecting: Collecting) -> None:
    found = collecting({f"Lab_1_a_b_attempt_{EARLY}_{FILE}": b"", f"Lab_1_c_attempt_{EARLY}_{FILE}": b""})
    assert [hand_in.key for hand_in in found.hand_ins] == ["a_b", "c"]
    (alone,) = collecting({f"Lab_1_c_attempt_{EARLY}_{FILE}": b""}, "other").hand_ins
    assert alone.key == "c"


def test_note_cannot_make_somebody_else_of_a_student(collecting: Collecting) -> None:
    found = collecting(
        {
            f"Lab_jdoe_attempt_{EARLY}.txt": note("Al Smith", "asmith"),
            f"Lab_jdoe_attempt_{EARLY}_{FILE}": b"",
            f"Lab_asmith_attempt_{EARLY}_{FILE}": b"",
        }
    )
    assert [hand_in.key for hand_in in found.hand_ins] == ["asmith", "jdoe"]

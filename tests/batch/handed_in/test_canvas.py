"""Canvas' downloads."""

import pytest

from grader.batch.handed_in import DownloadKind

from .conftest import Collecting, Taken
from .downloads import FILE, packed


def test_files_of_a_student_are_gathered(collecting: Collecting, take: Taken) -> None:
    found = collecting(
        {
            f"doejane_LATE_1234_56789_{FILE}": b"jane",
            "doejane_LATE_1234_56790_data.csv": b"1",
            f"smithal_99_56791_{FILE}": b"al",
        }
    )
    assert found.kind is DownloadKind.CANVAS
    assert found.unmatched == ()
    jane, al = found.hand_ins
    assert (jane.key, jane.name, jane.ids, jane.is_late) == ("1234", "doejane", {"canvas_id": "1234"}, True)
    assert (al.key, al.is_late, al.submitted_at) == ("99", False, None)
    assert (take(jane), take(al)) == (b"jane", b"al")
    assert sorted(file.name for file in jane.path.iterdir()) == ["data.csv", FILE]


@pytest.mark.parametrize(
    ("name", "key", "shown", "is_late"),
    [
        (f"anon_x1Y2z_5_{FILE}", "anon_x1Y2z", "", False),
        (f"LATE_anon_x1Y2z_5_{FILE}", "anon_x1Y2z", "", True),
        (f"müllerødegård_7_5_{FILE}", "7", "müllerødegård", False),
        (f"王小明_7_5_{FILE}", "7", "王小明", False),
        (f"team_rocket_7_5_{FILE}", "7", "team_rocket", False),
    ],
)
def test_every_form_of_name_is_read(
    collecting: Collecting, name: str, key: str, shown: str, *, is_late: bool
) -> None:
    (hand_in,) = collecting({name: b"1"}).hand_ins
    assert (hand_in.key, hand_in.name, hand_in.is_late) == (key, shown, is_late)
    assert [file.name for file in hand_in.path.iterdir()] == [name.split("_5_")[1]]


AMBIGUOUS = (
    "aliceadams_1001_1002_777_x.zip"  # of aliceadams, or of the user 1002 who calls herself aliceadams_1001
)


@pytest.mark.parametrize(
    ("beside", "users", "key", "shown"),
    [
        ("", (), None, ""),
        ("aliceadams_1001_90_x.py", (), None, ""),
        ("aliceadams_1001_90_x.py", ("1001", "1002"), None, ""),
        ("alice_1001_90_x.py", (), "1002", "aliceadams_1001"),
        ("someoneelse_1002_90_x.py", (), "1001", "aliceadams"),
        ("", ("1001", "9"), "1001", "aliceadams"),
        ("", ("1002", "9"), "1002", "aliceadams_1001"),
        ("", ("9",), None, ""),
    ],
)
def test_nobody_gets_a_file_that_may_be_anothers(
    collecting: Collecting, beside: str, users: tuple[str, ...], key: str | None, shown: str
) -> None:
    files = {AMBIGUOUS: b"1", f"bob_9_91_{FILE}": b"", **({beside: b""} if beside else {})}
    found = collecting(files, canvas_users=frozenset(users))
    taken_in = [
        (one.key, one.name)
        for one in found.hand_ins
        if any(file.suffix == ".zip" for file in (one.path, *one.path.glob("*")))
    ]
    if key is None:
        assert taken_in == []
        assert [lost.name for lost in found.unmatched] == [AMBIGUOUS]
        assert found.unmatched[0].reason.startswith(
            'It can be "777_x.zip" of the user 1001 or "x.zip" of the'
        )
    else:
        assert (taken_in, found.unmatched) == ([(key, shown)], ())


def test_a_text_may_be_anothers_too(collecting: Collecting) -> None:
    found = collecting({"alice_1001_1002_text.html": b"", f"bob_9_91_{FILE}": b"", f"eve_8_92_{FILE}": b""})
    assert [hand_in.key for hand_in in found.hand_ins] == ["8", "9"]


def test_file_that_was_handed_in_again_has_its_own_name(collecting: Collecting, take: Taken) -> None:
    (hand_in,) = collecting({"doejane_7_5_meteorites-2.py": b"third"}).hand_ins
    assert take(hand_in) == b"third"
    assert hand_in.notes[0].startswith('"meteorites-2.py" is taken as "meteorites.py"')


def test_latest_attachment_counts_and_the_other_is_kept(collecting: Collecting, take: Taken) -> None:
    found = collecting({"d_7_10_meteorites-1.py": b"late", f"d_7_9_{FILE}": b"early", "d_7_8_data.csv": b"1"})
    (hand_in,), (older,) = found.hand_ins, found.older
    assert (take(hand_in), take(older)) == (b"late", b"early")
    assert hand_in.key == older.key
    assert sorted(file.name for file in hand_in.path.iterdir()) == ["data.csv", FILE]


def test_every_earlier_file_is_kept(collecting: Collecting, take: Taken) -> None:
    files = {f"d_7_{9 - n}_meteorites-{n}.py": f"{n}".encode() for n in (1, 2)} | {f"d_7_9_{FILE}": b"0"}
    found = collecting(files)
    assert [take(hand_in) for hand_in in (*found.hand_ins, *found.older)] == [b"0", b"2", b"1"]


def test_numbers_that_are_the_students_own_stay(collecting: Collecting) -> None:
    files = {f"d_7_4_{FILE}": b"", "d_7_5_data-1.csv": b"1", "d_7_6_data-2.csv": b"2"}
    (hand_in,) = collecting(files).hand_ins
    assert sorted(file.name for file in hand_in.path.iterdir()) == ["data-1.csv", "data-2.csv", FILE]


def test_archive_is_the_hand_in_and_what_lies_beside_it_is_named(collecting: Collecting, take: Taken) -> None:
    files = {"d_7_5_lab.zip": packed({FILE: b"packed"}), "d_7_6_report.pdf": b"", "d_7_text.html": b"<p>"}
    (hand_in,) = collecting(files).hand_ins
    assert take(hand_in) == b"packed"
    assert hand_in.notes == ('Beside what is graded were handed in, and not looked at: "report.pdf".',)


def test_who_only_wrote_text_has_handed_in(collecting: Collecting) -> None:
    found = collecting({"d_LATE_7_text.html": b"<p>", "e_8_link.html": b"<a>"})
    assert [[file.name for file in hand_in.path.iterdir()] for hand_in in found.hand_ins] == [
        ["text.html"],
        ["link.html"],
    ]


def test_what_is_named_otherwise_is_listed(collecting: Collecting) -> None:
    found = collecting(
        {f"d_7_5_{FILE}": b"", "notes.txt": b"", "d_8_5_x/inner.py": b"", f"e_8_9_{FILE}": b""}
    )
    assert [lost.name for lost in found.unmatched] == ["d_8_5_x", "notes.txt"]
    assert [hand_in.key for hand_in in found.hand_ins] == ["7", "8"]


def test_wrapping_folder_is_looked_through(collecting: Collecting, *, as_zip: bool) -> None:
    """In a zip that is named like it; otherwise it may be a student's."""
    files = {f"submissions/d_7_5_{FILE}": b"", "grades.csv": b"", "__MACOSX/x": b""}
    found = collecting(files, "submissions", kind=None if as_zip else DownloadKind.CANVAS)
    assert found.kind is DownloadKind.CANVAS
    assert [hand_in.key for hand_in in found.hand_ins] == ["7"]
    assert [lost.name for lost in found.unmatched] == ["grades.csv"]

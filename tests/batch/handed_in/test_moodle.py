"""Moodle's downloads."""

import pytest

from grader.batch.handed_in import DownloadKind

from .conftest import Collecting, Taken
from .downloads import FILE, packed


@pytest.mark.parametrize("between", ["/", "_", "_/"], ids=["folders", "flat", "old folders"])
def test_hand_ins_are_found(collecting: Collecting, take: Taken, between: str) -> None:
    found = collecting(
        {
            f"Jane Doe_5012_assignsubmission_file{between}{FILE}": b"jane",
            "Jane Doe_5012_assignsubmission_onlinetext/onlinetext.html": b"<p>",
            f"Participant_5013_assignsubmission_file{between}{FILE}": b"blind",
        }
    )
    assert found.kind is DownloadKind.MOODLE
    jane, blind = found.hand_ins
    assert (jane.key, jane.name, jane.ids) == ("5012", "Jane Doe", {"moodle_participant": "5012"})
    assert (take(jane), take(blind)) == (b"jane", b"blind")
    assert (jane.is_late, jane.notes, found.unmatched) == (None, (), ())


def test_packed_hand_in_in_a_folder_is_opened(collecting: Collecting, take: Taken) -> None:
    folder = "Jane Doe_5012_assignsubmission_file"
    files = {f"{folder}/lab.zip": packed({FILE: b"packed"}), f"{folder}/report.pdf": b""}
    (hand_in,) = collecting(files).hand_ins
    assert take(hand_in) == b"packed"
    assert "report.pdf" in hand_in.notes[0]


def test_nothing_of_one_participant_is_lost(collecting: Collecting) -> None:
    files = {f"{name}_1_assignsubmission_file_{FILE}": b"" for name in ("Jane", "Jane Doe")}
    (hand_in,) = collecting(files).hand_ins
    assert len(list(hand_in.path.iterdir())) == 2
    folders = {f"{name}_1_assignsubmission_file/{FILE}": b"" for name in ("Jane", "Jane Doe")}
    (hand_in,) = collecting(folders, "other").hand_ins
    assert '"Jane_1_assignsubmission_file"' in hand_in.notes[0]


def test_text_alone_is_a_hand_in(collecting: Collecting) -> None:
    found = collecting({"Jane_1_assignsubmission_onlinetext/onlinetext.html": b"<p>"})
    assert [hand_in.key for hand_in in found.hand_ins] == ["1"]


def test_what_is_named_otherwise_is_listed(collecting: Collecting) -> None:
    found = collecting({f"Jane_1_assignsubmission_file/{FILE}": b"", "grades.csv": b""})
    assert [(lost.name, lost.reason) for lost in found.unmatched] == [
        ("grades.csv", "It is not named as Moodle names hand-ins.")
    ]

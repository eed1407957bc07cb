"""Collecting as a whole: what a source is, and names of every kind on a real disk."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.handed_in import DownloadKind, collect
from grader.batch.handed_in.listings.listing import is_of_interest
from grader.errors import UsageError

from .conftest import Collecting
from .downloads import FILE, taken, write_download

ODD = [
    "Zoë O'Brien",
    'say "hi"',
    "line\nbreak",
    "right\u202eleft",
    "-rf",
    "...",
    "$(touch x)",
    "x" * 190,
    "王小明",
    "tab\there",
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_names(collecting: Collecting, name: str, tmp_path: Path) -> None:
    forms = {
        DownloadKind.FOLDERS: (f"{name}/{FILE}", f"other/{FILE}"),
        DownloadKind.MOODLE: (f"{name}_1_assignsubmission_file_{FILE}",),
        DownloadKind.CANVAS: (f"{name}_1_2_{FILE}",),
        DownloadKind.BLACKBOARD: (f"Lab_{name}_attempt_2026-09-01-10-00-00_{FILE}",),
    }
    for kind, paths in forms.items():
        found = collecting(dict.fromkeys(paths, b"1"), f"as-{kind.value}")
        assert found.kind is kind
        hand_in = next(each for each in found.hand_ins if each.key != "other")
        assert (
            hand_in.key if kind in {DownloadKind.FOLDERS, DownloadKind.BLACKBOARD} else hand_in.name
        ) == name
        assert taken(hand_in, tmp_path) == b"1"


@pytest.mark.parametrize("own_name", ["..", ".", "-rf", "a\nb.py", "CON", "x" * 120 + ".py", "\u202e.py"])
def test_odd_names_of_files_do_not_lead_out(collecting: Collecting, own_name: str) -> None:
    found = collecting({f"doe_1_2_{own_name}": b"1", f"doe_1_3_{FILE}": b"2"})
    (hand_in,) = found.hand_ins
    assert len(list(hand_in.path.iterdir())) == 2
    assert all(file.is_file() for file in hand_in.path.iterdir())


def test_what_is_not_understood_is_an_error_that_says_what_is(collecting: Collecting) -> None:
    with pytest.raises(UsageError) as caught:
        collecting({"notes.txt": b"", "list.csv": b""})
    message = str(caught.value)
    assert 'Found: "list.csv", "notes.txt".' in message
    assert "submission_metadata.yml" in message
    with pytest.raises(UsageError, match="Found: nothing"):
        collecting({".DS_Store": b""}, "empty")


def test_kind_can_be_given(collecting: Collecting) -> None:
    files = {f"d_1_2_{FILE}": b"", f"e_1_3_{FILE}": b""}
    assert collecting(files).kind is DownloadKind.CANVAS
    assert collecting(files, "again", kind=DownloadKind.FOLDERS).kind is DownloadKind.FOLDERS
    with pytest.raises(UsageError, match="Looked for moodle: "):
        collecting(files, "third", kind=DownloadKind.MOODLE)


def test_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        collect(tmp_path / "nowhere", tmp_path / "into")


def test_collecting_again_gives_the_same(collecting: Collecting, tmp_path: Path) -> None:
    files = {f"doe_{n}_{n}_{FILE}": b"1" for n in range(1, 4)}
    first = collecting(files)
    stale = tmp_path / "into" / first.hand_ins[0].path.name
    (stale / "left_over.py" if stale.is_dir() else stale).write_bytes(b"old")
    second = collecting(files)
    assert second == first
    assert [file.name for file in second.hand_ins[0].path.iterdir()] == [FILE]


FORGED = {
    DownloadKind.GRADESCOPE: {
        "submission_metadata.yml": b'submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: "1001"\n',
        f"submission_1/{FILE}": b"",
    },
    DownloadKind.CANVAS: {f"ada_1001_7_{FILE}": b""},
    DownloadKind.CLASSROOM: {"lab-a/.git/HEAD": b"", "lab-b/.git/HEAD": b"", FILE: b""},
}


@pytest.mark.parametrize("kind", FORGED)
def test_what_one_student_hands_in_is_no_download(collecting: Collecting, kind: DownloadKind) -> None:
    """Else they could hand in for others, with names and metadata of their own making."""
    own = "Mallory_5012_assignsubmission_file_"
    found = collecting({f"{own}/{name}": content for name, content in FORGED[kind].items()})
    assert (found.kind, [each.key for each in found.hand_ins]) == (DownloadKind.MOODLE, ["5012"])
    alone = {f"mallory/{name}": content for name, content in FORGED[kind].items()}
    with pytest.raises(UsageError, match=f'one folder, "mallory".*--kind: folders, or {kind.value}'):
        collecting(alone, "alone")
    assert [each.key for each in collecting(alone, "said", kind=DownloadKind.FOLDERS).hand_ins] == ["mallory"]
    assert collecting(alone, "meant", kind=kind).kind is kind


disk_names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda name: name not in {".", ".."})


@settings(max_examples=60, deadline=None)
@given(st.sets(disk_names, min_size=1, max_size=4))
def test_every_folder_on_a_disk_is_a_hand_in(names: set[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        files = {f"{name}/x.py": b"1" for name in [*names, "jane"]}
        source = write_download(Path(place), "all", files, as_zip=False)
        found = collect(source, Path(place) / "into")
        assert {each.key for each in found.hand_ins} == {n for n in [*names, "jane"] if is_of_interest(n)}
        assert found.unmatched == ()

"""A folder, an archive or a file for each student."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.batch.handed_in import DownloadKind, collect
from grader.batch.handed_in.listings.listing import safe_name
from grader.errors import UsageError

from .conftest import Collecting, Taken
from .downloads import FILE, packed, taken, write_download


def test_folders_archives_and_archives_in_folders(collecting: Collecting, take: Taken) -> None:
    found = collecting(
        {
            f"jane/{FILE}": b"jane",
            f"jane/.git/{FILE}": b"",
            "al.zip": packed({FILE: b"al"}),
            "bo/work.zip": packed({f"lab/{FILE}": b"bo"}),
            "bo/report.docx": b"",
            "roster.csv": b"",
            ".DS_Store": b"",
        }
    )
    assert found.kind is DownloadKind.FOLDERS
    assert [(each.key, each.name, each.ids) for each in found.hand_ins] == [
        (name, name, {"folder": name}) for name in ("al", "bo", "jane")
    ]
    assert [take(each) for each in found.hand_ins] == [b"al", b"bo", b"jane"]
    assert "report.docx" in found.hand_ins[1].notes[0]
    assert [lost.name for lost in found.unmatched] == ["roster.csv"]


def test_loose_files_are_taken_as_the_one_that_the_lab_asks_for(collecting: Collecting, take: Taken) -> None:
    found = collecting({"jane.py": b"jane", "al.py": b"al"}, single_file=FILE)
    assert [each.key for each in found.hand_ins] == ["al", "jane"]
    assert [take(each) for each in found.hand_ins] == [b"al", b"jane"]


def test_loose_file_beside_folders_is_listed(collecting: Collecting) -> None:
    found = collecting({f"jane/{FILE}": b"", "al.py": b""})
    assert [each.key for each in found.hand_ins] == ["jane"]
    assert "loose file beside folders" in found.unmatched[0].reason


def test_names_that_come_near_each_other_stay_apart(collecting: Collecting, take: Taken) -> None:
    names = ["Jane", "jane", "a.zip", "a.tar", "a.zip.zip"]
    files = {f"{name}/{FILE}": name.encode() for name in names[:2]}
    files |= {name: packed({FILE: name.encode()}) for name in names[2:]}
    found = collecting(files)
    assert len({each.key for each in found.hand_ins}) == len({each.path for each in found.hand_ins}) == 5
    assert sorted(take(each).decode() for each in found.hand_ins) == sorted(names)


def test_zip_of_one_folder_of_folders_is_looked_through(tmp_path: Path) -> None:
    files = {f"all/{n}/{FILE}": b"" for n in ("x", "y")}
    source = write_download(tmp_path, "all", files, as_zip=True)
    assert [each.key for each in collect(source, tmp_path / "into").hand_ins] == ["x", "y"]
    with pytest.raises(UsageError, match="Unpack it"):
        collect(write_download(tmp_path, "a", files, as_zip=True), tmp_path / "into")
    source = write_download(tmp_path, "b", {f"jane/{FILE}": b"", "jane/data/x": b""}, as_zip=True)
    assert [each.key for each in collect(source, tmp_path / "into").hand_ins] == ["jane"]


def test_results_in_the_same_folder_are_no_hand_in(tmp_path: Path) -> None:
    source = write_download(tmp_path, "all", {f"jane/{FILE}": b"", f"results/old/{FILE}": b""}, as_zip=False)
    found = collect(source, source / "results" / "handed-in")
    assert [each.key for each in found.hand_ins] == ["jane"]
    with pytest.raises(UsageError, match="is what was handed in"):
        collect(source, source)


def test_links_pipes_and_sockets_are_listed_and_never_opened(tmp_path: Path) -> None:
    source = write_download(tmp_path, "all", {f"jane/{FILE}": b""}, as_zip=False)
    (source / "al").symlink_to("jane")
    (source / "bo.zip").symlink_to("/etc/passwd")
    os.mkfifo(source / "eve.zip")
    found = collect(source, tmp_path / "into")
    assert [each.key for each in found.hand_ins] == ["jane"]
    assert [(lost.name, lost.reason) for lost in found.unmatched] == [
        ("al", "It is a symbolic link."),
        ("bo.zip", "It is a symbolic link."),
        ("eve.zip", "It is a thing that is neither a file nor a folder."),
    ]


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of somebody who is not root, and the test as that somebody."""
    with tempfile.TemporaryDirectory() as name:
        was = os.geteuid()
        if was == 0:
            os.chown(name, 65534, -1)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            os.seteuid(was)


def test_folder_that_may_not_be_read_is_for_intake_to_refuse(as_nobody: Path) -> None:
    source = write_download(as_nobody, "all", {f"jane/{FILE}": b"", f"al/{FILE}": b""}, as_zip=False)
    (source / "al").chmod(0)
    found = collect(source, as_nobody / "into")
    (source / "al").chmod(0o755)
    assert [each.key for each in found.hand_ins] == ["al", "jane"]


def test_name_that_is_no_text_is_written_out(tmp_path: Path) -> None:
    source = write_download(tmp_path, "all", {f"jane/{FILE}": b""}, as_zip=False)
    (source / os.fsdecode(b"Ren\xe9")).mkdir()
    (source / os.fsdecode(b"Ren\xe9") / FILE).write_bytes(b"rene")
    hand_in = collect(source, tmp_path / "into").hand_ins[0]
    hand_in.key.encode()
    assert hand_in.key.startswith("Ren")
    assert taken(hand_in, tmp_path) == b"rene"


@settings(max_examples=300)
@given(st.text(), st.text())
@example("Jane", "jane")
@example("caf\u00e9", "cafe\u0301")
def test_safe_names_are_safe_and_apart(one: str, other: str) -> None:
    made = safe_name(one)
    assert made.isascii()
    assert made.replace("-", "").replace("_", "").isalnum()
    assert len(made) < 60
    assert not made.startswith(("-", "."))
    assert (made.casefold() == safe_name(other).casefold()) is (one == other)

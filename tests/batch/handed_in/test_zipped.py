"""Zips of hand-ins: parted so that one student's odd entries stay that student's."""

import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.handed_in import CollectionLimits, HandIn, collect
from grader.errors import SubmissionRejectedError, UsageError
from grader.submission.intake import IntakeLimits

from .downloads import FILE, pack, taken

MIB = 1024 * 1024


def hand_ins(source: Path, **options: object) -> dict[str, HandIn]:
    found = collect(source, source.parent / "into", **options)  # type: ignore[arg-type] # passed on as they are
    return {each.key: each for each in found.hand_ins}


@pytest.mark.parametrize(
    "name", ["../../evil.py", "a\\..\\evil.py", "esc\x1b[31m.py", "x" * 300, "A.py\0.txt", "C:/evil.py"]
)
def test_odd_name_is_refused_for_its_student_alone(tmp_path: Path, name: str) -> None:
    files = {f"eve/{FILE}": b"eve", f"eve/{name}": b"evil", f"jane/{FILE}": b"jane"}
    found = hand_ins(pack(tmp_path / "a.zip", files))
    assert taken(found["jane"], tmp_path) == b"jane"
    with pytest.raises(SubmissionRejectedError):
        taken(found["eve"], tmp_path)


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR])
def test_links_and_devices_are_refused_for_their_student_alone(tmp_path: Path, mode: int) -> None:
    source = pack(tmp_path / "a.zip", {f"eve/{FILE}": b"eve", f"jane/{FILE}": b"jane"})
    with zipfile.ZipFile(source, "a") as archive:
        info = zipfile.ZipInfo("eve/odd")
        info.external_attr = (mode | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    found = hand_ins(source)
    assert taken(found["jane"], tmp_path) == b"jane"
    with pytest.raises(SubmissionRejectedError, match='"odd" is a'):
        taken(found["eve"], tmp_path)


def test_entry_twice_is_refused_for_its_student_alone(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {f"eve/{FILE}": b"1", f"eve/{FILE}\0": b"2", f"jane/{FILE}": b"3"})
    source.write_bytes(source.read_bytes().replace(f"eve/{FILE}\0".encode(), f"eve//{FILE}".encode()))
    found = hand_ins(source)
    with pytest.raises(SubmissionRejectedError, match="twice"):
        taken(found["eve"], tmp_path)
    assert taken(found["jane"], tmp_path) == b"3"


def test_bomb_is_cut_and_refused_for_its_student_alone(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {"eve/bomb": bytes(20 * MIB), f"eve/{FILE}": b"", f"jane/{FILE}": b"3"})
    each = IntakeLimits(total_bytes=MIB)
    found = hand_ins(source, limits=CollectionLimits(written_bytes=2 * MIB, each=each))
    assert taken(found["jane"], tmp_path) == b"3"
    assert found["eve"].path.stat().st_size < 2 * MIB
    with zipfile.ZipFile(found["eve"].path) as archive:
        assert sum(info.file_size for info in archive.infolist()) == MIB + 1


def test_damaged_entry_is_listed_and_the_others_are_taken(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {f"eve/{FILE}": b"x" * 999, f"jane/{FILE}": b"3"})
    content = bytearray(source.read_bytes())
    content[content.index(b"PK\x01\x02") + 16] ^= 1  # its checksum
    source.write_bytes(content)
    found = collect(source, tmp_path / "into")
    assert [each.key for each in found.hand_ins] == ["jane"]
    assert [(lost.name, "damaged" in lost.reason) for lost in found.unmatched] == [("eve", True)]
    assert len(list((tmp_path / "into").iterdir())) == 1


def test_what_intake_leaves_out_is_named_and_not_copied(tmp_path: Path) -> None:
    files = {
        f"jane/{FILE}": b"1",
        "jane/conftest.py": b"x" * 9999,
        "jane/env/pyvenv.cfg": b"",
        "bo/x.py": b"",
    }
    files |= {f"jane/env/lib/x{number}.py": bytes(MIB) for number in range(3)}
    limits = CollectionLimits(written_bytes=1000)
    found = hand_ins(pack(tmp_path / "a.zip", files), limits=limits)
    with zipfile.ZipFile(found["jane"].path) as archive:
        assert {info.filename: info.file_size for info in archive.infolist() if info.file_size} == {FILE: 1}
        assert "conftest.py" in archive.namelist()


def test_what_is_left_out_does_not_count_and_the_rest_does(tmp_path: Path) -> None:
    files = {f"jane/.venv/{number}.py": b"" for number in range(200)} | {f"jane/{FILE}": b"1"}
    files |= {f"eve/{number}.py": b"" for number in range(200)}
    limits = CollectionLimits(each=IntakeLimits(seen_entries=100))
    found = hand_ins(pack(tmp_path / "a.zip", files), limits=limits)
    assert taken(found["jane"], tmp_path) == b"1"
    with zipfile.ZipFile(found["eve"].path) as archive:
        assert len(archive.namelist()) == 101


def test_all_together_are_limited(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {f"{n}/{FILE}": b"x" * 1000 for n in range(5)})
    with pytest.raises(UsageError, match="come to more than"):
        hand_ins(source, limits=CollectionLimits(written_bytes=3000))
    with pytest.raises(UsageError, match="more than 3 files"):
        hand_ins(source, limits=CollectionLimits(entries=3))


def test_names_that_lead_out_are_listed(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {f"jane/{FILE}": b"", f"../up/{FILE}": b"", f"/root/{FILE}": b""})
    found = collect(source, tmp_path / "into")
    assert [each.key for each in found.hand_ins] == ["jane"]
    assert {lost.name for lost in found.unmatched} == {"..", "/"}


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_of_hand_ins_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.zip"):
        collect(tmp_path / "a.zip", tmp_path / "into")


def test_giant_that_is_declared_small_is_no_harm(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {f"eve/{FILE}": bytes(5 * MIB), f"jane/{FILE}": b"3"})
    source.write_bytes(source.read_bytes().replace(struct.pack("<L", 5 * MIB), struct.pack("<L", 10)))
    found = collect(source, tmp_path / "into")
    assert [each.key for each in found.hand_ins] == ["jane"]


names = st.text(
    st.sampled_from("aAé\u0301ß/\\.\n\u202e'\"-;$ \x00\x1b\u0645\u200c😀")
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(names, st.binary(max_size=5), max_size=5),
    st.sampled_from(["{}", f"{{}}/{FILE}", "all/{}/x.py"]),
)
def test_any_names_give_hand_ins_or_are_listed(files: dict[str, bytes], form: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        source = pack(place / "a.zip", {form.format(each): content for each, content in files.items()})
        try:
            found = collect(source, place / "into")
        except UsageError:
            return
        assert {path.name for path in place.iterdir()} == {"a.zip", "into"}
        assert len({each.key for each in found.hand_ins}) == len(found.hand_ins)
        assert len({str(each.path).casefold() for each in found.hand_ins}) == len(found.hand_ins)
        for each in found.hand_ins:
            assert each.path.is_relative_to(place / "into")
            assert each.path.exists()
        for written in (place / "into").iterdir():
            assert written.name.isascii()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_byte_is_refused_or_harmless(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        source = pack(place / "a.zip", {f"jane/{FILE}": b"x" * 50, "al/b/c.py": b"1"})
        content = bytearray(source.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        source.write_bytes(content)
        try:
            collect(source, place / "into")
        except UsageError as error:
            assert str(error).isprintable()  # noqa: PT017 - most changes are refused, and some are harmless
        assert {path.name for path in place.iterdir()} == {"a.zip", "into"}

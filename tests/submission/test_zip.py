"""Zips that were made to do harm, and honest ones from other systems."""

import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionRejectedError
from grader.submission.intake import IntakeLimits, take_in

from .conftest import Refusal, Taking
from .packing import SOLUTION, tree, write_folder, write_zip, write_zip_entries

MIB = 1024 * 1024


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def require_nothing_left(error: SubmissionRejectedError, clean: Path) -> None:
    assert str(error).isprintable()
    assert list(clean.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../../evil.py", "/evil/evil.py", "C:/evil.py", "a\\..\\evil.py", "sub/../../evil.py"]
)
def test_zip_slip_is_refused_and_named(tmp_path: Path, refusal: Refusal, name: str) -> None:
    archive = write_zip(tmp_path / "a.zip", {**SOLUTION, name: b"evil"})
    assert name in refusal(archive)


@pytest.mark.parametrize(
    ("kind", "word"), [(stat.S_IFLNK, "symbolic link"), (stat.S_IFCHR, "device"), (stat.S_IFIFO, "device")]
)
def test_links_and_devices_are_refused(tmp_path: Path, refusal: Refusal, kind: int, word: str) -> None:
    archive = write_zip_entries(
        tmp_path / "a.zip", (entry("meteorites.py"), b"x"), (entry("odd", kind | 0o777), b"/etc/passwd")
    )
    assert f'"odd" is a {word}' in refusal(archive)


def test_links_in_what_is_left_out_do_no_harm(tmp_path: Path, take: Taking) -> None:
    link = entry(".venv/lib64", stat.S_IFLNK | 0o777)
    archive = write_zip_entries(tmp_path / "a.zip", (entry("meteorites.py"), b"x"), (link, b"lib"))
    assert tree(take(archive).folder) == {"meteorites.py": b"x"}


def test_encrypted_zip_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", SOLUTION)
    content = bytearray(archive.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    archive.write_bytes(content)
    assert '"meteorites.py" is encrypted' in refusal(archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bound_are_refused(tmp_path: Path, refusal: Refusal, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("meteorites.py", b"x")
    assert "compressed in an unusual way" in refusal(tmp_path / "a.zip")


def test_bomb_is_refused_by_what_it_declares(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", {**SOLUTION, "bomb": bytes(51 * MIB)})
    assert archive.stat().st_size < MIB
    assert '"bomb" (51.0 MiB)' in refusal(archive)


def test_bomb_that_declares_little_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", {"meteorites.py": bytes(51 * MIB)})
    content = archive.read_bytes().replace(struct.pack("<L", 51 * MIB), struct.pack("<L", 10))
    archive.write_bytes(content)
    assert "damaged" in refusal(archive)


def test_too_many_entries_are_refused(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", {**SOLUTION, **{f"f{number}": b"" for number in range(2_000)}})
    assert "more than 2,000 files and folders" in refusal(archive)


def test_headers_are_counted_before_they_are_read(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", {f".git/{number}": b"" for number in range(30)})
    assert '"a.zip" has more than 20 files' in refusal(archive, limits=IntakeLimits(seen_entries=20))


def test_duplicate_and_colliding_names_are_refused(tmp_path: Path, refusal: Refusal) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = write_zip_entries(tmp_path / "a.zip", (entry("a.py"), b"1"), (entry("a.py"), b"2"))
    assert '"a.py" is there twice' in refusal(twice)
    for first, second in (
        ("A.py", "a.py"),
        ("D/x", "d/y"),
        ("caf\u00e9", "CAFE\u0301"),
        ("stra\u00dfe", "STRASSE"),
    ):
        assert "the same name" in refusal(write_zip(tmp_path / "b.zip", {first: b"1", second: b"2"}))
    for pair in (("a", "a/b"), ("a/b", "a")):
        archive = write_zip(tmp_path / "c.zip", dict.fromkeys(pair, b""))
        assert '"a" is there as a file and as a folder' in refusal(archive)


def test_damaged_content_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip_entries(tmp_path / "a.zip", (zipfile.ZipInfo("meteorites.py"), b"x" * 1000))
    content = bytearray(archive.read_bytes())
    content[content.index(b"x" * 100) + 5] ^= 1
    archive.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert '"meteorites.py" is damaged' in refusal(archive)


def test_cut_off_zip_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", SOLUTION)
    archive.write_bytes(archive.read_bytes()[:-30])
    assert '"a.zip" is damaged' in refusal(archive)


def test_name_behind_a_nul_is_seen(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_zip(tmp_path / "a.zip", {**SOLUTION, "a.pyXevil": b""})
    archive.write_bytes(archive.read_bytes().replace(b"a.pyXevil", b"a.py\0evil"))
    assert '"a.py\\x00evil"' in refusal(archive)


def test_names_of_a_mac_are_read_as_utf8(tmp_path: Path, take: Taking) -> None:
    """A Mac writes decomposed UTF-8 and does not set the flag that says so."""
    archive = write_zip(tmp_path / "a.zip", {**SOLUTION, "donne\u0301es.csv": b"1"})
    content = bytearray(archive.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            content[start + offset] &= ~0x08
            start += 4
    archive.write_bytes(content)
    assert tree(take(archive).folder) == {**SOLUTION, "donn\u00e9es.csv": b"1"}


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.text(st.sampled_from("ab./\\\x1b\u0301\u00e9eAé: ") | st.characters(), min_size=1, max_size=12),
        st.binary(max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_any_names_are_refused_or_unpacked_inside(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "clean").mkdir()
        writable = {_writable(name): content for name, content in files.items()}
        archive = write_zip(place / "a.zip", {"meteorites.py": b"", **writable})
        try:
            intake = take_in(archive, ["meteorites.py"], place / "clean")
        except SubmissionRejectedError as error:
            require_nothing_left(error, place / "clean")
        else:
            again = write_folder(place / "again", tree(intake.folder))
            (place / "second").mkdir()
            assert take_in(again, ["meteorites.py"], place / "second").digest == intake.digest
        assert {path.name for path in place.iterdir()} <= {"clean", "a.zip", "again", "second"}


def _writable(name: str) -> str:
    """What `zipfile` itself can write: no lone surrogates, no name that a NUL cuts to nothing."""
    text = name.encode(errors="replace").decode()
    return f"x{text}" if text.startswith("\0") else text


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_byte_is_refused_or_harmless(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "clean").mkdir()
        archive = write_zip(place / "a.zip", {**SOLUTION, "sub/x.txt": b"x" * 50})
        content = bytearray(archive.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
        archive.write_bytes(content)
        try:
            take_in(archive, ["meteorites.py"], place / "clean")
        except SubmissionRejectedError as error:
            require_nothing_left(error, place / "clean")
        assert {path.name for path in place.iterdir()} == {"clean", "a.zip"}

"""Tars that were made to do harm."""

import gzip
import io
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionRejectedError
from grader.submission.intake import IntakeLimits, take_in

from .conftest import Refusal, Taking
from .packing import SOLUTION, TAR_ENDINGS, tree, write_tar, write_tar_members

MIB = 1024 * 1024


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def require_nothing_left(error: SubmissionRejectedError, clean: Path) -> None:
    assert str(error).isprintable()
    assert list(clean.iterdir()) == []


@pytest.mark.parametrize("name", ["../evil.py", "/evil/evil.py", "a/../../evil.py", "C:evil.py", "a\\b"])
def test_slip_is_refused_and_named(tmp_path: Path, refusal: Refusal, name: str) -> None:
    assert name in refusal(write_tar(tmp_path / "a.tar.gz", {**SOLUTION, name: b"evil"}))


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (tarfile.SYMTYPE, "symbolic link"),
        (tarfile.LNKTYPE, "hard link"),
        (tarfile.CHRTYPE, "device file"),
        (tarfile.BLKTYPE, "device file"),
        (tarfile.FIFOTYPE, "named pipe"),
        (tarfile.CONTTYPE, "thing"),
        (b"Z", "thing"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, refusal: Refusal, kind: bytes, word: str) -> None:
    odd = member("odd", kind, "meteorites.py")
    archive = write_tar_members(tmp_path / "a.tar", (member("meteorites.py"), b"x"), (odd, b""))
    assert f'"odd" is a {word}' in refusal(archive)


def test_links_in_what_is_left_out_do_no_harm(tmp_path: Path, take: Taking) -> None:
    link = member("node_modules/.bin/x", tarfile.SYMTYPE, "/bin/sh")
    archive = write_tar_members(tmp_path / "a.tar.gz", (link, b""), (member("meteorites.py"), b"x"))
    assert tree(take(archive).folder) == {"meteorites.py": b"x"}


def test_sparse_file_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    sparse = member("sparse")
    sparse.pax_headers = {"GNU.sparse.map": "0,1", "GNU.sparse.size": "1000000", "GNU.sparse.name": "sparse"}
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(member("meteorites.py"))
        archive.addfile(sparse)
    assert "neither a file nor a folder" in refusal(tmp_path / "a.tar")


def test_bomb_is_refused_by_what_it_declares(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_tar(tmp_path / "a.tar.gz", {**SOLUTION, "bomb": bytes(51 * MIB)})
    assert '"bomb" (51.0 MiB)' in refusal(archive)


def test_bomb_in_what_is_left_out_is_not_read_to_its_end(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_tar(tmp_path / "a.tar.gz", {**SOLUTION, ".git/bomb": bytes(3 * MIB)})
    assert "unpacks to more than 1 MiB" in refusal(archive, limits=IntakeLimits(unpacked_bytes=MIB))


def test_bytes_behind_the_end_are_bounded(tmp_path: Path, refusal: Refusal) -> None:
    plain = write_tar(tmp_path / "a.tar", SOLUTION).read_bytes()
    (tmp_path / "b").write_bytes(gzip.compress(plain + bytes(3 * MIB)))
    assert "unpacks to more than 1 MiB" in refusal(tmp_path / "b", limits=IntakeLimits(unpacked_bytes=MIB))


def test_header_that_asks_for_much_memory_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    long_name = member("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    archive = write_tar_members(tmp_path / "a.tar.gz", (long_name, b"x" * 5 * MIB), (member("a"), b""))
    assert "damaged" in refusal(archive)


def test_headers_upon_headers_are_refused(tmp_path: Path, refusal: Refusal) -> None:
    chain = [(member("././@LongLink", tarfile.GNUTYPE_LONGNAME), b"x") for _ in range(3000)]
    archive = write_tar_members(tmp_path / "a.tar.gz", *chain, (member("a"), b""))
    assert "damaged" in refusal(archive)


@pytest.mark.parametrize(
    "field", [b"\xff" * 11 + b"\x00", b"\xff" * 10 + b"\xfe\x00", b"\x80" + b"\x7f" * 11]
)
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_SPARSE, b"Z", tarfile.XHDTYPE])
def test_size_that_leads_backwards_or_nowhere_is_refused(
    tmp_path: Path, refusal: Refusal, field: bytes, kind: bytes
) -> None:
    header = bytearray(member("round", kind).tobuf(tarfile.GNU_FORMAT))
    header[124:136] = field
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    first = member("meteorites.py").tobuf(tarfile.GNU_FORMAT)
    (tmp_path / "a.tar").write_bytes(first + bytes(header) + bytes(4096))
    said = refusal(tmp_path / "a.tar")
    assert '"a.tar"' in said or '"round"' in said


def test_pax_size_that_is_negative_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    info = member("round")
    info.pax_headers = {"size": "-1024"}
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(member("meteorites.py"))
        archive.addfile(info)
    assert "damaged" in refusal(tmp_path / "a.tar")


@pytest.mark.parametrize("ending", TAR_ENDINGS)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.8])
def test_cut_off_tar_is_refused(tmp_path: Path, refusal: Refusal, ending: str, kept: float) -> None:
    files = {f"{number}.txt": bytes(range(256)) * 40 for number in range(5)}
    archive = write_tar(tmp_path / f"a{ending}", {**SOLUTION, **files})
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * kept)])
    assert "damaged" in refusal(archive)


def test_broken_header_in_the_middle_is_no_end(tmp_path: Path, refusal: Refusal) -> None:
    archive = write_tar(tmp_path / "a.tar", {**SOLUTION, "second.py": b"2"})
    content = bytearray(archive.read_bytes())
    content[content.index(b"second.py")] ^= 1
    archive.write_bytes(content)
    assert '"a.tar" is damaged' in refusal(archive)


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.xz", ".tar.bz2"])
def test_wrong_checksum_is_refused(tmp_path: Path, refusal: Refusal, ending: str) -> None:
    archive = write_tar(tmp_path / f"a{ending}", SOLUTION)
    content = bytearray(archive.read_bytes())
    content[-6] ^= 1
    archive.write_bytes(content)
    assert "damaged" in refusal(archive)


def test_old_tar_without_a_mark_is_read(tmp_path: Path, take: Taking) -> None:
    archive = write_tar(tmp_path / "a.tar", SOLUTION)
    content = bytearray(archive.read_bytes())
    content[257:265] = bytes(8)
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content[:512])
    archive.write_bytes(content)
    assert tree(take(archive).folder) == SOLUTION


def test_empty_tar_says_that_nothing_is_in_it(tmp_path: Path, refusal: Refusal) -> None:
    assert "No files were found at all" in refusal(write_tar(tmp_path / "a.tar", {}))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_bytes_are_refused_or_harmless(data: st.DataObject) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=data.draw(st.sampled_from([1, 2]))) as archive:
        for name in ("meteorites.py", "sub/" + "x" * data.draw(st.sampled_from([3, 120]))):
            archive.addfile(member(name))
    content = bytearray(buffer.getvalue())
    start = 512 * data.draw(st.integers(0, 2))
    for _ in range(data.draw(st.integers(1, 4))):
        content[start + data.draw(st.integers(0, 511))] = data.draw(st.integers(0, 255))
    content[start + 148 : start + 156] = b" " * 8
    content[start + 148 : start + 156] = b"%06o\0 " % sum(content[start : start + 512])
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "clean").mkdir()
        (place / "a.tar").write_bytes(content)
        try:
            take_in(place / "a.tar", ["meteorites.py"], place / "clean")
        except SubmissionRejectedError as error:
            require_nothing_left(error, place / "clean")
        assert {path.name for path in place.iterdir()} == {"clean", "a.tar"}

"""What students hand in: zips, tars, folders and notebooks, damaged or made to do harm."""

import io
import json
import os
import stat
import tarfile
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from grader.errors import SubmissionRejectedError
from grader.submission.intake import IntakeLimits, take_in
from grader.submission.intake.notebooks.code import convert
from tests.fuzz.hostile import Luck, disk_name, name, plain_value, refusing, text
from tests.fuzz.mutations import data, mutated

__all__ = ["any_zip", "folder", "notebook", "tar", "zip_archive"]

_FILE = "meteorites.py"
_LIMITS = IntakeLimits(total_bytes=200_000, entries=20, seen_entries=40, unpacked_bytes=1_000_000)
_MODES = (stat.S_IFREG, stat.S_IFREG, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO)
_TAR_TYPES = (
    *(tarfile.REGTYPE, tarfile.REGTYPE, tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE),
    *(tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, b"Z"),
)
_PACKED = ("w:gz", "w:bz2", "w:xz")
_ENDINGS = (".zip", ".tar", ".tar.gz", ".py", "", ".rar")
_NAMES = (
    _FILE,
    "a/b.py",
    ".git/config",
    "x/meteorites.py",
    "__MACOSX/._x",
    "notes.txt",
    "A.PY",
    "a.py",
    "meteorites.ipynb",
)
_CELL_KEYS = ("cells", "worksheets", "metadata", "kernelspec", "language", "cell_type", "source", "input")
_CODE = (
    "x = 1\n",
    "%matplotlib inline\n",
    "!ls\n",
    "%%bash\n",
    "'''",
    '"',
    "(",
    ")",
    "\\\n",
    "# c\r\n",
    "if x:\n    !y\n",
)


def _files(luck: Luck) -> dict[str, bytes]:
    """A few files, of which one is often what the lab asks for."""
    found = {} if luck.random() < 0.1 else {_FILE: b"def load(): ...\n"}
    for _ in range(luck.randrange(4)):
        found[luck.choice(_NAMES) if luck.random() < 0.4 else name(luck)] = data(luck) * luck.choice(
            (1, 1, 1, 900)
        )
    return found


def any_zip(luck: Luck, files: Mapping[str, bytes]) -> bytes:
    """A zip of files, with odd modes here and there."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", luck.choice((0, 8, 8, 8, 12))) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for path, content in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = path  # `ZipInfo` itself cuts names at a NUL
            info.compress_type = archive.compression
            mode = luck.choice(_MODES) if luck.random() < 0.1 else stat.S_IFREG
            info.external_attr = (mode | 0o644) << 16
            archive.writestr(info, content)
    return stream.getvalue()


def _any_tar(luck: Luck, files: Mapping[str, bytes]) -> bytes:
    """A tar of files, with odd kinds here and there, in any format."""
    stream = io.BytesIO()
    form = luck.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT))
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            if luck.random() < 0.1:
                member.type = luck.choice(_TAR_TYPES)
                member.linkname = luck.choice((_FILE, "/etc/passwd", "../x", path))
            if luck.random() < 0.1:
                member.pax_headers = {luck.choice(("path", "size", "GNU.sparse.map", "x")): name(luck)}
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@contextmanager
def _place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
        place = Path(found)
        (place / "clean").mkdir()
        yield place


def _take(place: Path, handed_in: Path) -> None:
    """Takes it in: refused in printable words and nothing left, or a plain copy that is taken in again."""
    before = set(place.iterdir())
    clean = place / "clean"
    try:
        intake = take_in(handed_in, [_FILE], clean, _LIMITS)
    except SubmissionRejectedError as error:
        assert str(error).isprintable()  # noqa: PT017 (most inputs are refused, and some are harmless)
        assert not any(clean.iterdir()), "something is left of what was refused"
    else:
        assert (clean / _FILE).is_file()
        assert all(note.isprintable() for note in intake.notes)
        for path in clean.rglob("*"):
            assert stat.S_IFMT(path.lstat().st_mode) in {stat.S_IFREG, stat.S_IFDIR}
        (place / "again").mkdir()
        assert take_in(clean, [_FILE], place / "again", _LIMITS).digest == intake.digest
        before.add(place / "again")
    assert set(place.iterdir()) == before, "something was written beside the copy"


def _take_bytes(luck: Luck, content: bytes) -> None:
    with _place() as place:
        handed_in = place / f"a{luck.choice(_ENDINGS)}"
        handed_in.write_bytes(content)
        _take(place, handed_in)


def zip_archive(luck: Luck) -> None:
    """A zip with hostile names, or damaged, is refused or taken in safely."""
    content = any_zip(luck, _files(luck))
    _take_bytes(luck, mutated(luck, content) if luck.random() < 0.8 else content)


def tar(luck: Luck) -> None:
    """A tar, packed or not, with hostile names or headers, or damaged, is refused or taken in safely."""
    content = _any_tar(luck, _files(luck))
    content = mutated(luck, content) if luck.random() < 0.7 else content
    if luck.random() < 0.4:
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode=luck.choice(_PACKED)) as packer:  # type: ignore[call-overload] # a mode from a table
            assert packer.fileobj is not None
            packer.fileobj.write(content)
        content = mutated(luck, stream.getvalue(), 2)
    _take_bytes(luck, content)


def folder(luck: Luck) -> None:
    """A folder with any names, links and pipes in it is refused or taken in safely."""
    with _place() as place:
        root = place / "project"
        root.mkdir()
        folders = [root]
        if luck.random() < 0.9:
            (root / _FILE).write_bytes(data(luck))
        for _ in range(luck.randrange(5)):
            path = luck.choice(folders) / (
                luck.choice(_NAMES).split("/")[-1] if luck.random() < 0.2 else disk_name(luck)
            )
            if os.path.lexists(path):
                continue
            kind = luck.randrange(8)
            if kind == 0:
                path.symlink_to(luck.choice(("/etc/passwd", "..", ".", disk_name(luck))))
            elif kind == 1:
                os.mkfifo(path)
            elif kind in {2, 3}:
                path.mkdir()
                folders.append(path)
            else:
                path.write_bytes(data(luck) * luck.choice((1, 1, 900)))
        _take(place, root)


def notebook(luck: Luck) -> None:
    """A notebook, or what is called so, is refused or becomes text that can be a file."""
    kind = luck.random()
    if kind < 0.3:
        cells = plain_value(luck, 4, _CELL_KEYS)
        old = {"worksheets": [{"cells": cells}, plain_value(luck, 2, _CELL_KEYS)]}
        content = json.dumps(luck.choice((cells, {"cells": cells}, old))).encode()
    else:
        cells = [
            {"cell_type": luck.choice(("code", "code", "markdown")), "source": _source(luck)}
            for _ in range(luck.randrange(4))
        ]
        content = json.dumps({"cells": cells, "metadata": plain_value(luck, 2, _CELL_KEYS)}).encode()
        if kind < 0.6:
            content = mutated(luck, content)
        elif kind < 0.65:
            depth = luck.randrange(1200)
            source = b"[" * depth + b"]" * depth
            content = b'{"cells": [{"cell_type": "code", "source": [%s]}]}' % source
    if luck.random() < 0.05:
        with _place() as place:
            (place / "project").mkdir()
            (place / "project" / "meteorites.ipynb").write_bytes(content)
            _take(place, place / "project")
        return
    with refusing(ValueError):
        converted = convert(content)
        converted.code.encode(errors="replace")
        assert converted.commented_lines <= len(converted.code.splitlines()) + 1


def _source(luck: Luck) -> object:
    lines = [luck.choice(_CODE) if luck.random() < 0.7 else text(luck, 3) for _ in range(luck.randrange(6))]
    return lines if luck.random() < 0.5 else "".join(lines)

"""Writes sample downloads, each as a folder and as a zip."""

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.batch.handed_in import HandIn
from grader.submission.intake import take_in

FILE = "meteorites.py"


def write_download(place: Path, name: str, files: Mapping[str, bytes], *, as_zip: bool) -> Path:
    """Writes files as a folder or as a zip of the same name."""
    if as_zip:
        return pack(place / f"{name}.zip", files)
    for path, content in files.items():
        file = place / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return place / name


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = name  # `ZipInfo` itself cuts names at a NUL
            archive.writestr(info, content)
    return path


def packed(files: Mapping[str, bytes]) -> bytes:
    """The bytes of a zip, as a student hands one in."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def taken(hand_in: HandIn, place: Path) -> bytes:
    """What intake makes of the file that the lab asks for."""
    clean = place / "clean"
    shutil.rmtree(clean, ignore_errors=True)
    clean.mkdir()
    take_in(hand_in.path, [FILE], clean)
    return (clean / FILE).read_bytes()

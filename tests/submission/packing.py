"""Makes folders and archives for the tests, honest ones and others."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

SOLUTION = {"meteorites.py": b"def load(redis, landings):\n    return len(landings)\n"}
TAR_ENDINGS = {".tar": "w", ".tar.gz": "w:gz", ".tar.xz": "w:xz", ".tar.bz2": "w:bz2"}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_zip_entries(path: Path, *entries: tuple[zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return path


def write_tar(path: Path, files: Mapping[str, bytes]) -> Path:
    members = [(tarfile.TarInfo(name), content) for name, content in files.items()]
    return write_tar_members(path, *members)


def write_tar_members(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    ending = next(
        ending for ending in sorted(TAR_ENDINGS, key=len, reverse=True) if path.name.endswith(ending)
    )
    with tarfile.open(path, TAR_ENDINGS[ending]) as archive:  # type: ignore[call-overload] # a mode from a table
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def open_descriptors() -> set[str]:
    return {link.name for link in Path("/proc/self/fd").iterdir()}

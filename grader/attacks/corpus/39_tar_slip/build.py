"""Archives of this kind do not lie in packages."""

import io
import tarfile
from pathlib import Path


def build(folder: Path, bait: dict) -> Path:
    path = folder.with_suffix(".tar")
    with tarfile.open(path, "w") as archive:
        for file in folder.iterdir():
            archive.add(file, file.name)
        member = tarfile.TarInfo(f"../drop/slipped-{bait['token']}")
        archive.addfile(member, io.BytesIO())
    return path

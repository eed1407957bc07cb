"""Archives of this kind do not lie in packages."""

import io
import tarfile
from pathlib import Path


def build(folder: Path, bait: dict) -> Path:
    path = folder.with_suffix(".tar")
    with tarfile.open(path, "w") as archive:
        for file in folder.iterdir():
            archive.add(file, file.name)
        for name, kind in (("device", tarfile.CHRTYPE), ("pipe", tarfile.FIFOTYPE), ("hard", tarfile.LNKTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.devmajor, member.devminor = kind, "/etc/passwd", 1, 3
            archive.addfile(member)
    return path

"""Archives of this kind do not lie in packages."""

import zipfile
from pathlib import Path


def build(folder: Path, bait: dict) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
        archive.writestr("Solution.py", "import os\n")
        archive.writestr("SOLUTION.PY", "import os\n")
    return path

"""Unpacks a submission as naive graders do: whatever it is, wherever it says."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path


def main(submission: Path, folder: Path) -> None:
    """Copies a folder and what its links lead to, or unpacks an archive and trusts it."""
    if submission.is_dir():
        shutil.copytree(submission, folder, dirs_exist_ok=True)
    elif submission.suffix == ".zip":
        shutil.unpack_archive(submission, folder)
    else:
        with tarfile.open(submission) as archive:
            # Older releases of Python have no filters, and trust whatever they unpack.
            archive.extraction_filter = lambda member, _: member
            archive.extractall(folder)  # noqa: S202 - as naive graders do
    if (folder / ".git").exists() and shutil.which("git"):
        # When was it handed in, and is it all there?
        subprocess.run(["git", "status"], cwd=folder, check=False)  # noqa: S607 - as naive graders do


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

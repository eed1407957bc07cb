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
            archive.extractall(folder, filter="fully_trusted")
    if (folder / ".git").exists() and shutil.which("git"):
        # When was it handed in, and is it all there?
        subprocess.run(["git", "status"], cwd=folder, check=False)  # noqa: S607 - as naive graders do


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

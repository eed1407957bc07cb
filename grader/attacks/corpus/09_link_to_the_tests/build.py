"""Links do not lie in packages."""

from pathlib import Path


def build(folder: Path, bait: dict) -> Path:
    (folder / "notes").mkdir()
    tests = next(Path(bait["tests"]).glob("*redis/conftest.py"))
    (folder / "notes" / "a.txt").symlink_to(tests)
    return folder

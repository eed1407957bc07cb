"""Assembles an attack's submission: the honest half, what all attacks share, and what is its own."""

import importlib.util
import shutil
import sys
from pathlib import Path

from grader.attacks.attack import Attack
from grader.attacks.bait import COURSE, Bait, write_directions
from grader.errors import CourseError

__all__ = ["assemble"]

_OURS = ("attack.toml", "build.py", "__pycache__")


def assemble(attack: Attack, bait: Bait, mode: str) -> Path:
    """Makes the submission of an attack, and gives its path: a folder or an archive.

    Args:
        mode: `sandbox` or `naive`.

    Raises:
        CourseError: The attack's `build.py` does not do what it should.
    """
    folder = bait.folder / "submissions" / f"{mode}-{attack.name}"
    for part in (COURSE / "honest" / attack.service, COURSE / "shared", attack.folder):
        shutil.copytree(part, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*_OURS))
    write_directions(bait, mode, folder)
    program = attack.folder / "build.py"
    return _built(program, folder, bait, mode) if program.exists() else folder


def _built(program: Path, folder: Path, bait: Bait, mode: str) -> Path:
    """Runs a `build.py`, a program of the corpus's own; it may give another path than the folder."""
    spec = importlib.util.spec_from_file_location(f"build_{folder.name.replace('-', '_')}", program)
    if spec is None or spec.loader is None:
        raise CourseError(f"{program} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    was_writing, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = was_writing
    built = module.build(folder, bait.directions(mode))
    if not isinstance(built, Path) or not built.exists():
        raise CourseError(f"{program}: build(folder, bait) must give the path of the submission.")
    return built

"""What is left out of a clean copy, and what the student is told about it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from grader.submission.intake.entry import Parts
from grader.submission.intake.names import shown

_NAMED = 3


class Reason(Enum):
    """Why something is left out; the value ends the note, and an empty one makes none."""

    OF_NO_INTEREST = ""
    COMPILED = "compiled modules are not graded, only source is."
    ENVIRONMENT = "installed packages are not graded; the grader has its own."
    STARTUP = "Python would run it at its start, and the grader does not."
    PYTEST = "the grader has its own pytest and its own settings for it."
    LINK = "links are not followed; hand in the file itself if it is needed."


@dataclass(frozen=True)
class LeftOut:
    """A file, or a folder with all that is in it, that is left out."""

    parts: Parts
    reason: Reason


_RULES = {
    Reason.OF_NO_INTEREST: (
        *(".git", ".hg", ".svn", "__pycache__", "*.pyc", "*.pyo", ".ds_store", "__macosx", "._*", "icon\r"),
        *("thumbs.db", "desktop.ini", ".idea", ".vscode", ".ipynb_checkpoints", "pyvenv.cfg"),
        *(".pytest_cache", ".mypy_cache", ".ruff_cache"),
    ),
    Reason.COMPILED: ("*.so", "*.pyd", "*.dylib", "*.dll"),
    Reason.ENVIRONMENT: (".venv", "node_modules", "site-packages"),
    Reason.STARTUP: ("*.pth", "sitecustomize.py", "usercustomize.py"),
    Reason.PYTEST: ("conftest.py", "pytest.ini", ".pytest.ini", "tox.ini"),
}
ENVIRONMENT_MARK = "pyvenv.cfg"
_ENVIRONMENT_FOLDERS = frozenset({"bin", "etc", "include", "lib", "lib64", "man", "scripts", "share"})


def left_out(parts: Parts, environments: Collection[Parts] = ()) -> LeftOut | None:
    """Says whether a path, or a folder above it, is left out.

    Args:
        environments: Folders in which a virtual environment stands. Only its own folders are left out, since
            some students make it right beside their solution.
    """
    for depth, part in enumerate(parts, 1):
        name = part.casefold()
        if name in _ENVIRONMENT_FOLDERS and parts[: depth - 1] in environments:
            return LeftOut(parts[: max(depth - 1, 1)], Reason.ENVIRONMENT)
        for reason, patterns in _RULES.items():
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                return LeftOut(parts[:depth], reason)
    return None


def notes_on(things: Iterable[LeftOut]) -> tuple[str, ...]:
    """One sentence for each reason, with the first few names."""
    names: dict[Reason, dict[Parts, None]] = {}
    for thing in things:
        names.setdefault(thing.reason, {})[thing.parts] = None
    return tuple(
        f"{_listed([shown(parts) for parts in sorted(names[reason])])} left out: {reason.value}"
        for reason in Reason
        if reason.value and reason in names
    )


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    if len(names) <= _NAMED:
        return f"{', '.join(names[:-1])} and {names[-1]} are"
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more are"

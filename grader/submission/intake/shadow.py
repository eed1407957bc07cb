"""Files beside a solution that have the name of a module which Python finds first."""

import sys
from collections.abc import Iterable

from grader.submission.intake.entry import Parts
from grader.submission.intake.names import shown

DRIVERS = frozenset(
    (
        "alembic", "bson", "flask", "gridfs", "msgpack", "psycopg", "psycopg2", "pymongo", "redis",
        "sqlalchemy", "werkzeug",
    )
)  # fmt: skip


def notes_on_shadows(files: Iterable[Parts]) -> tuple[str, ...]:
    """One sentence for each module of the student's that nobody will import.

    Args:
        files: Paths from the submission's root.
    """
    named = {_module(parts): parts for parts in sorted(files, reverse=True) if parts[-1].endswith(".py")}
    return tuple(
        f"{shown(parts[:1])} has the name of {_owner(module)}; that one is used, not yours."
        for module, parts in sorted(named.items())
        if module in DRIVERS or module in sys.stdlib_module_names
    )


def _module(parts: Parts) -> str:
    return parts[0].removesuffix(".py")


def _owner(module: str) -> str:
    return "an installed package" if module in DRIVERS else "a standard module of Python's"

"""What a rubric author imports.

The names load when they are first used, so that a student's process, which lives in this package too, loads
none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.checks.rubric.declare import Award, check
    from grader.errors import CallError
    from grader.services.mongodb import MongoDB
    from grader.services.postgres import Postgres
    from grader.services.redis import Redis
    from grader.services.relational import Relational
    from grader.services.sqlite import Sqlite
    from grader.submission.handle import StudentProcess, Submission

__all__ = [
    "Award",
    "CallError",
    "MongoDB",
    "Postgres",
    "Redis",
    "Relational",
    "Sqlite",
    "StudentProcess",
    "Submission",
    "check",
]

_HOMES = {
    "Award": "grader.checks.rubric.declare",
    "CallError": "grader.errors",
    "MongoDB": "grader.services.mongodb",
    "Postgres": "grader.services.postgres",
    "Redis": "grader.services.redis",
    "Relational": "grader.services.relational",
    "Sqlite": "grader.services.sqlite",
    "StudentProcess": "grader.submission.handle",
    "Submission": "grader.submission.handle",
    "check": "grader.checks.rubric.declare",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

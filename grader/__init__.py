"""What a rubric author imports.

The names load when they are first used, so that a student's process, which lives in this package too, loads
none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.checks.rubric.declare import Award, check
    from grader.errors import CallError
    from grader.services.redis import Redis
    from grader.submission.handle import StudentProcess, Submission

__all__ = ["Award", "CallError", "Redis", "StudentProcess", "Submission", "check"]

_HOMES = {
    "Award": "grader.checks.rubric.declare",
    "CallError": "grader.errors",
    "Redis": "grader.services.redis",
    "StudentProcess": "grader.submission.handle",
    "Submission": "grader.submission.handle",
    "check": "grader.checks.rubric.declare",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

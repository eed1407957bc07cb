"""Where a new lab goes, and what it cannot be called."""

import sys
from dataclasses import dataclass
from keyword import iskeyword, issoftkeyword
from pathlib import Path

from grader.course import Course, find_course, is_course
from grader.errors import CourseError, UsageError

__all__ = ["Site", "find_site", "require_usable_id"]

_INSTALLED = frozenset(
    (
        "alembic", "bson", "conftest", "flask", "grader", "gridfs", "jinja2", "msgpack", "psycopg",
        "psycopg2", "pymongo", "pytest", "redis", "sqlalchemy", "werkzeug",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """The course that a new lab goes into.

    Attributes:
        root: The folder with `labs/` and `rubrics/`.
        behind: The course that has the labs which this one does not have; None if that is itself.
        is_new: Whether the two folders are still to be made.
    """

    root: Path
    behind: Course | None
    is_new: bool = False

    def takes_the_place_of(self, lab_id: str) -> bool:
        """Whether a lab of this id would stand in front of a built-in one."""
        return self.behind is not None and lab_id in self.behind.lab_ids()


def find_site(asked_for: Path | None, start: Path) -> Site:
    """The course asked for, else the nearest parent of `start` that is one, else a new one in `start`.

    Raises:
        CourseError: What was asked for is no course.
    """
    course = find_course(asked_for, start)
    here = start.resolve()
    if asked_for is None and not any(is_course(folder) for folder in (here, *here.parents)):
        return Site(here, behind=course, is_new=True)
    return Site(course.root, course.behind)


def require_usable_id(site: Site, lab_id: str) -> None:
    """Refuses an id that cannot name the lab's folders and the students' module, or that is taken.

    Raises:
        UsageError: It cannot be such a name, and why.
        CourseError: The course has it already.
    """
    if reason := _why_unusable(lab_id):
        raise UsageError(
            f"A lab cannot be called {lab_id!r}: {reason}. "
            "Its id names the lab's folders and the students' module, as redis_notes does."
        )
    taken = [folder for folder in _folders(site.root, lab_id) if folder.exists() or folder.is_symlink()]
    if taken:
        raise CourseError(
            f"The course {site.root} has {lab_id} already: there is {taken[0]}. "
            "Choose another id, or remove that first."
        )


def _folders(root: Path, lab_id: str) -> tuple[Path, Path]:
    return root / "labs" / lab_id, root / "rubrics" / lab_id


def _why_unusable(lab_id: str) -> str:
    """Why it cannot be an id; empty if it can."""
    if not (lab_id.isidentifier() and lab_id.isascii()) or lab_id.startswith("_"):
        return "it is no Python identifier of ASCII letters, digits and underscores that begins with a letter"
    if iskeyword(lab_id) or issoftkeyword(lab_id):
        return "it is a keyword of Python's"
    if lab_id in sys.stdlib_module_names:
        return "Python has a module of its own with that name"
    if lab_id in _INSTALLED:
        return "the grader's own tools have a module with that name"
    if lab_id.startswith("test_") or lab_id.endswith("_test"):
        return "pytest would take the students' module for checks"
    return ""

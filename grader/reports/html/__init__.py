"""Reports as pages for a browser: one file each, which opens by a double click and asks no network."""

from collections.abc import Sequence

from grader.reports.base import ReportOptions
from grader.reports.html.entries import CourseAbout, CourseEntry, Standing
from grader.results import LabResult

__all__ = ["CourseAbout", "CourseEntry", "Standing", "render", "render_course"]

# The templates' engine is loaded only when a page is made: a self-check shall not wait for it.


def render(result: LabResult, _options: ReportOptions) -> bytes:
    """The page of one result: the whole of it for a teacher, the student's version for a student."""
    from grader.reports.html.student import render_student  # noqa: PLC0415 - see above

    return render_student(result)


def render_course(entries: Sequence[CourseEntry], about: CourseAbout) -> bytes:
    """The page of a whole batch; it is for teachers, since it shows everything of everybody."""
    from grader.reports.html.course import render_whole_course  # noqa: PLC0415 - see above

    return render_whole_course(entries, about)

"""Every report of graded specimens in a folder, as students and their teacher see them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from grader.course import Lab
from grader.reports import FORMATS, write_reports
from grader.reports.base import write_atomically
from grader.reports.html import CourseAbout, CourseEntry, Standing, render_course
from grader.results import LabResult, Status
from grader.verify import Specimen

__all__ = ["Graded", "write_lab"]

Graded = Sequence[tuple[Specimen, LabResult]]


def write_lab(lab: Lab, graded: Graded, out: Path) -> None:
    """Writes every format as the student gets it to `LAB/SPECIMEN/`, and the course's page `LAB/index.html`.

    Raises:
        UsageError: The folder cannot be written to.
        GraderError: The disk is full or broken.
    """
    for specimen, result in graded:
        write_reports(result, out / lab.id / specimen.name)
    first = graded[0][1]
    about = CourseAbout(
        lab=lab.id,
        title=lab.title,
        max_points=first.max_points,
        made_at=datetime.now(UTC),
        grader_version=first.grader_version,
        rubric_hash=first.rubric_hash,
    )
    entries = [_entry(specimen, result) for specimen, result in graded]
    write_atomically(out / lab.id / "index.html", render_course(entries, about))


def _entry(specimen: Specimen, result: LabResult) -> CourseEntry:
    is_open = result.status is Status.INCOMPLETE
    return CourseEntry(
        student=specimen.name,
        name=specimen.says,
        standing=Standing.INCOMPLETE if is_open else Standing.GRADED,
        points=None if is_open else result.points,
        result=result,
        page=f"{specimen.name}/{FORMATS['html'].file_name}",
    )

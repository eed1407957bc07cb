"""Reports: each file format is a pure function of the result."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from grader.errors import UsageError
from grader.reports import html, record
from grader.reports.audience import for_student
from grader.reports.base import Format, Report, ReportOptions, write_atomically
from grader.reports.ci import annotations, ctrf, junit, markdown, outputs
from grader.reports.platforms import classroom, classroom50, gradescope, prairielearn
from grader.results import LabResult

__all__ = ["FORMATS", "Format", "Report", "ReportOptions", "for_student", "write_report", "write_reports"]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "junit": Format(junit.render, "report.xml", "JUnit XML for CI servers and their test viewers"),
        "json": Format(record.render, "report.json", "the canonical record, which reads back exactly"),
        "html": Format(html.render, "report.html", "a page for a browser, one file without a network"),
        "markdown": Format(markdown.render, "report.md", "a GitHub job summary"),
        "annotations": Format(
            annotations.render, "annotations.txt", "GitHub Actions, to mark lines of the student's files"
        ),
        "outputs": Format(outputs.render, "outputs.txt", "GitHub Actions, as outputs of a step"),
        "ctrf": Format(ctrf.render, "ctrf.json", "Common Test Report Format"),
        "classroom": Format(classroom.render, "classroom.txt", "GitHub Classroom's grading reporter"),
        "classroom50": Format(
            classroom50.render, "classroom50.json", "Classroom 50, stamped by its autograder"
        ),
        "gradescope": Format(gradescope.render, "gradescope.json", "Gradescope's results.json"),
        "prairielearn": Format(prairielearn.render, "prairielearn.json", "PrairieLearn's results.json"),
    }
)
"""Every format, one line each."""


def write_report(
    format_name: str, result: LabResult, path: Path, *, strict: bool = False, folder: str = ""
) -> None:
    """Writes one report; the caller decides whether the result is the teacher's or the student's.

    `strict` and `folder` are those of `ReportOptions`.

    Raises:
        UsageError: No such format, or a path that cannot be written to.
        GraderError: The disk is full or broken.
    """
    if format_name not in FORMATS:
        raise UsageError(
            f"There is no report format {format_name!r}. The formats are {', '.join(sorted(FORMATS))}."
        )
    write_atomically(path, FORMATS[format_name].render(result, ReportOptions(strict=strict, folder=folder)))


def write_reports(result: LabResult, folder: Path) -> None:
    """Writes every format as the student gets it, each under its own name in one folder.

    Raises:
        UsageError: The folder cannot be written to.
        GraderError: The disk is full or broken.
    """
    shown = for_student(result)
    for name, form in FORMATS.items():
        write_report(name, shown, folder / form.file_name)

"""Reports: each file format is a pure function of the result."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from grader.errors import UsageError
from grader.reports import junit, record
from grader.reports.audience import for_student
from grader.reports.base import Report, ReportOptions, write_atomically
from grader.results import LabResult

__all__ = ["FORMATS", "Report", "ReportOptions", "for_student", "write_report"]

FORMATS: Mapping[str, Report] = MappingProxyType(
    {
        "junit": junit.render,
        "json": record.render,
    }
)


def write_report(format_name: str, result: LabResult, path: Path, *, strict: bool = False) -> None:
    """Writes one report; the caller decides whether the result is the teacher's or the student's.

    Raises:
        UsageError: No such format, or a path that cannot be written to.
        GraderError: The disk is full or broken.
    """
    if format_name not in FORMATS:
        raise UsageError(
            f"There is no report format {format_name!r}. The formats are {', '.join(sorted(FORMATS))}."
        )
    write_atomically(path, FORMATS[format_name](result, ReportOptions(strict=strict)))

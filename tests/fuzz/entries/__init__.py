"""The entry points: every place that reads what others wrote, or writes it for others to read."""

from collections.abc import Mapping
from types import MappingProxyType

from grader.batch.exports import EXPORTS
from grader.reports import FORMATS
from tests.fuzz.entries import courses, downloads, exports, intake, records, reports, sandbox, tables
from tests.fuzz.runner import Entry

__all__ = ["ENTRIES"]

ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {
        "sandbox-value": sandbox.value,
        "sandbox-answer": sandbox.answer,
        "sandbox-frames": sandbox.frames,
        "sandbox-output": sandbox.output,
        "intake-zip": intake.zip_archive,
        "intake-tar": intake.tar,
        "intake-folder": intake.folder,
        "intake-notebook": intake.notebook,
        "download": downloads.download,
        "table": tables.table,
        "sheet": tables.sheet,
        "roster": tables.roster,
        "journal-line": records.journal_line,
        "journal": records.journal,
        "record": records.record,
        "lab-toml": courses.lab_toml,
        "course-toml": courses.course_toml,
        "specimens-toml": courses.specimens_toml,
        **{f"export-{form}": exports.exporting(form) for form in EXPORTS},
        **{f"report-{form}": reports.reporting(form) for form in FORMATS},
        "course-page": reports.course_page,
        "similar-page": reports.similar_page,
        "screen": reports.screen,
        "texts": reports.texts,
    }
)
"""By the name that the command line knows."""

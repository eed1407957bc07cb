"""The journal: what a batch has found out, a line for each fact, never changed and never lost."""

from grader.batch.journal.file import Journal, open_journal, read_journal
from grader.batch.journal.records import (
    Begun,
    Fault,
    Graded,
    HandedIn,
    Key,
    ManualGrade,
    Override,
    Record,
    Student,
)

__all__ = [
    "Begun",
    "Fault",
    "Graded",
    "HandedIn",
    "Journal",
    "Key",
    "ManualGrade",
    "Override",
    "Record",
    "Student",
    "open_journal",
    "read_journal",
]

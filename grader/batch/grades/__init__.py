"""Grades: what a journal comes to for each student. Pure: the same records, the same grades."""

from grader.batch.grades.book import book_of
from grader.batch.grades.grade import Book, Counted, FlakyCheck, FlakyResult, GivenPoints, Grade, GradeStatus

__all__ = [
    "Book",
    "Counted",
    "FlakyCheck",
    "FlakyResult",
    "GivenPoints",
    "Grade",
    "GradeStatus",
    "book_of",
]

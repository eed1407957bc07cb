"""Fills the gradebook from a journal."""

from collections.abc import Iterable

from sqlalchemy import delete, insert

from grader.batch.gradebook.database import open_gradebook
from grader.batch.gradebook.rows import key_text, rows_of
from grader.batch.grades import Book, book_of
from grader.batch.journal import Record
from grader.deadlines import Deadline

__all__ = ["fill"]


def fill(records: Iterable[Record], deadline: Deadline, url: str) -> Book:
    """Makes the gradebook say of the journal's lab what the journal says, and nothing else; other labs stay.

    The gradebook is made if there is none, and brought up to date if it is older. A reader sees all of it as
    it was before, or all of it as it is then.

    Args:
        url: Of SQLite or PostgreSQL, as SQLAlchemy writes them.

    Raises:
        UsageError: The journal tells of no run, or the gradebook cannot be opened.
        GraderError: The database failed on the way; it is as it was before.
    """
    book = book_of(records, deadline)
    rows = rows_of(book)
    with open_gradebook(url) as connection:
        for table in reversed(tuple(rows)):
            connection.execute(delete(table).where(table.__table__.c.lab == key_text(book.lab)))
        for table, values in rows.items():
            if values:
                connection.execute(insert(table), values)
    return book

"""SQLite: a file that student and grader share, and the service that checks hold."""

from grader.services.sqlite.service import Sqlite

__all__ = ["Sqlite"]

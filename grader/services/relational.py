"""What the relational databases have in common, so that one rubric looks into any of them."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from grader.services.base import Service

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Inspector

Row = tuple[Any, ...]

SCHEMA = "public"
"""Where the student's tables stand for who looks: `public.people` on every relational database."""


class Relational(Service):
    """A relational database.

    SQL of the rubric's has its values as `$1`, `$2` and so on, whatever the database.
    """

    @abstractmethod
    def rows(self, question: str, *parameters: object) -> list[Row]:
        """Looks into the student's database, without being able to change it; gives the rows.

        Args:
            question: One SELECT, which names the student's tables with their schema: `public.people`.
        """

    @abstractmethod
    def execute(self, statement: str, *parameters: object) -> int:
        """Does something as the student would, and commits it; gives how many rows it concerned.

        Args:
            statement: One statement, which names tables as the student does: `people`.
        """

    @abstractmethod
    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Does the same for each of many rows of values, in one transaction."""

    @abstractmethod
    def tables(self) -> list[str]:
        """The names of the student's tables, sorted."""

    @abstractmethod
    def inspector(self) -> "AbstractContextManager[Inspector]":
        """SQLAlchemy's inspector over the student's database; ask it with `schema="public"`."""

    @abstractmethod
    def end_sessions(self) -> None:
        """Ends every session but the grader's own; what they have not committed is gone."""

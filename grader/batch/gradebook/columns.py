"""What a column holds, on SQLite as on PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Numeric, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from grader.reports.text import visible

__all__ = ["Moment", "Points", "VisibleText"]

_CENT = Decimal("0.01")


class Points(TypeDecorator[Decimal]):
    """A number with two decimals; SQLite, which has no decimals, holds the nearest float."""

    impl = Numeric(12, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The number that the database has."""
        if dialect.supports_native_decimal:
            return dialect.type_descriptor(Numeric(12, 2))
        return dialect.type_descriptor(Numeric(12, 2, asdecimal=False))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ANN401, ARG002
        """Exact again, since a float tells hundredths far beyond any points apart."""
        return None if value is None else Decimal(str(value)).quantize(_CENT)


class Moment(TypeDecorator[datetime]):
    """A moment, in UTC where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite would drop the time zone without a word."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """With its time zone."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class VisibleText(TypeDecorator[str]):
    """Text that students may have written: PostgreSQL takes no NUL, and neither takes lone surrogates."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """With an escape for every character that cannot be stored, or that acts on a terminal."""
        return None if value is None else visible(value)

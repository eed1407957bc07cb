"""The tables as they are after the last revision."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the tables have in common."""


class State(Base):
    """One of the fifty."""

    __tablename__ = "state"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    abbreviation: Mapped[str] = mapped_column(String(2), unique=True)


class Address(Base):
    """Where somebody lives; if the state is none of the fifty, its text stands in `unknown_state`."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(50))
    city: Mapped[str] = mapped_column(String(50))
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id", name="address_state"))
    unknown_state: Mapped[str | None] = mapped_column(String(20))

"""The tables as they are after the last revision."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the tables have in common."""


class State(Base):
    """A state of the USA."""

    __tablename__ = "state"
    __table_args__ = (UniqueConstraint("abbreviation", name="uq_state_abbreviation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    abbreviation: Mapped[str] = mapped_column(String(2))


class Address(Base):
    """An address; `unknown_state` is a text that was no state, null for all others."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(50))
    city: Mapped[str] = mapped_column(String(50))
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id", name="fk_address_state_id"))
    unknown_state: Mapped[str | None] = mapped_column(String(20))

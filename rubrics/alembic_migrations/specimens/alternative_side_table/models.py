"""The tables as they are after the last revision."""

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    """Somebody else's; no revision touches it."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer)


class State(Base):
    """One of the fifty."""

    __tablename__ = "state"
    __table_args__ = (UniqueConstraint("abbreviation", name="uq_state_abbreviation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    abbreviation: Mapped[str] = mapped_column(Text)


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(50))
    city: Mapped[str] = mapped_column(String(50))
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id", name="fk_address_state"))


class UnknownState(Base):
    """What an address had for a state when it was none; counts as long as the address has no `state_id`."""

    __tablename__ = "unknown_state"

    address_id: Mapped[int] = mapped_column(
        ForeignKey("address.id", name="fk_unknown_state_address", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    text: Mapped[str] = mapped_column(Text)

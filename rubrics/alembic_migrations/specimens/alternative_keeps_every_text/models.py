"""The tables; constraints are named by a convention."""

from sqlalchemy import ForeignKey, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class State(Base):
    __tablename__ = "state"
    __table_args__ = (UniqueConstraint("abbreviation"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    abbreviation: Mapped[str] = mapped_column(String(2))
    addresses: Mapped[list["Address"]] = relationship(back_populates="state")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(50))
    city: Mapped[str] = mapped_column(String(50))
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id"))
    state_text: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[State | None] = relationship(back_populates="addresses")

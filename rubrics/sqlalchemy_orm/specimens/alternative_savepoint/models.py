"""Columns by Annotated types; addresses are kept by their ids."""

from typing import Annotated

from sqlalchemy import ForeignKey, UnicodeText, UniqueConstraint, func
from sqlalchemy.orm import DeclarativeBase, Mapped, attribute_keyed_dict, mapped_column, relationship

number = Annotated[int, mapped_column(primary_key=True, autoincrement=True)]
text = Annotated[str, mapped_column(UnicodeText, nullable=False)]


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("id", "person_id"),)

    id: Mapped[number]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", onupdate="CASCADE"), index=True)
    street: Mapped[text]
    city: Mapped[text]
    since: Mapped[str] = mapped_column(server_default=func.current_timestamp())


class Person(Base):
    __tablename__ = "people"

    id: Mapped[number]
    name: Mapped[text]
    count: Mapped[int]
    address_by_id: Mapped[dict[int, Address]] = relationship(
        collection_class=attribute_keyed_dict("id"), cascade="all", lazy="selectin", order_by=Address.id
    )

"""Mapped dataclasses, whose addresses have to be asked for by name."""

from sqlalchemy import ForeignKey, Identity, Integer, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship


class Base(MappedAsDataclass, DeclarativeBase):
    type_annotation_map = {str: Text}


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Integer, Identity(), init=False, primary_key=True)
    name: Mapped[str]
    count: Mapped[int]
    homes: Mapped[list["Address"]] = relationship(init=False, lazy="raise", cascade="save-update, delete")


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(Integer, Identity(), init=False, primary_key=True)
    street: Mapped[str]
    city: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)

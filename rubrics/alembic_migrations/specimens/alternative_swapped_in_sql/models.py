"""The tables as they are after the last revision.

A row of `state` without an abbreviation is a text that somebody wrote and that is none of the fifty.
"""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class State(Base):
    __tablename__ = "state"
    __table_args__ = (UniqueConstraint("abbreviation", name="state_abbreviation"),)

    id = Column(Integer, primary_key=True)
    name = Column(String(50), nullable=False)
    abbreviation = Column(String(2))


class Address(Base):
    __tablename__ = "address"
    __table_args__ = (ForeignKeyConstraint(["state_id"], ["state.id"], name="address_state"),)

    id = Column(Integer, primary_key=True)
    address = Column(String(50), nullable=False)
    city = Column(String(50), nullable=False)
    state_id = Column(Integer, nullable=False)

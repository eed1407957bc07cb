"""The tables as they are after the last revision."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """What your tables have in common: `class State(Base): ...`, `class Address(Base): ...`."""

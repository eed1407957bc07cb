"""The classes that stand for rows of people and address: the handout (README.md) says what belongs here."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """What every mapped class comes from; Base.metadata knows their tables."""


# Here stand class Person(Base), mapped to the table people, and class Address(Base), mapped to address.

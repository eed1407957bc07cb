"""Columns in the old way; the database itself removes addresses, once SQLite is told to look at foreign keys."""

import sqlite3

from sqlalchemy import Column, Engine, ForeignKey, Integer, String, event
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


@event.listens_for(Engine, "connect")
def look_at_foreign_keys(connection, record):
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma foreign_keys = on")


class Person(Base):
    __tablename__ = "people"

    id = Column(Integer, primary_key=True)
    name = Column(String, nullable=False)
    count = Column(Integer, nullable=False)


class Address(Base):
    __tablename__ = "address"

    id = Column(Integer, primary_key=True)
    person_id = Column(Integer, ForeignKey("people.id", ondelete="CASCADE"), nullable=False)
    street = Column(String, nullable=False)
    city = Column(String(100), index=True, nullable=False)
    person = relationship(
        Person, backref=backref("places", collection_class=set, passive_deletes="all")
    )

"""Tables first, classes after: mapped one to the other by hand."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text
from sqlalchemy.orm import registry, relationship

mapping = registry()
Base = mapping.generate_base()

people = Table(
    "people",
    mapping.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("count", Integer, nullable=False),
)
address = Table(
    "address",
    mapping.metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, server_default="", nullable=False),
)


class Person:
    pass


class Address:
    pass


mapping.map_imperatively(Address, address)
mapping.map_imperatively(Person, people, properties={"addresses": relationship(Address, lazy="write_only")})

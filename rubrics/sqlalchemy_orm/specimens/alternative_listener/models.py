"""Python's names are longer than the columns', and a listener removes the addresses."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Text, delete, event
from sqlalchemy.orm import DeclarativeBase, relationship


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"

    number = Column("id", Integer, primary_key=True)
    full_name = Column("name", Text, nullable=False)
    how_many = Column("count", Integer, nullable=False)


class Address(Base):
    __tablename__ = "address"
    __table_args__ = (CheckConstraint("length(city) > 0"),)

    number = Column("id", Integer, primary_key=True)
    person_number = Column("person_id", ForeignKey(Person.number), nullable=False)
    street = Column(Text, nullable=False)
    city = Column(Text, nullable=False)
    owner = relationship("Person")


@event.listens_for(Person, "before_delete")
def remove_addresses(mapper, connection, person):
    connection.execute(delete(Address).where(Address.person_number == person.number))

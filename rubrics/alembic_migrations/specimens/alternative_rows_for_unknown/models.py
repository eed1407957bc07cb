from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "people"
    id = Column(Integer, primary_key=True)
    name = Column(Text, nullable=False)
    count = Column(Integer, nullable=False)


class State(Base):
    __tablename__ = "state"
    __table_args__ = (Index("ix_state_abbreviation", "abbreviation", unique=True),)
    id = Column(Integer, primary_key=True)
    name = Column(String(40))
    abbreviation = Column(String(2))


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)
    address = Column(String(50), nullable=False)
    city = Column(String(50), nullable=False)
    state_id = Column(Integer, ForeignKey("state.id"), nullable=False, index=True)
    state = relationship(State)

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Numbered:
    @declared_attr
    def id(cls) -> Mapped[int]:
        return mapped_column(primary_key=True)


class Person(Numbered, Base):
    __tablename__ = "people"
    name: Mapped[str] = mapped_column(String())
    count: Mapped[int]

    def as_tuple(self):
        return (self.id, self.name, self.count)


class Address(Numbered, Base):
    __tablename__ = "address"
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    person: Mapped["Person"] = relationship(lazy="joined", innerjoin=True, back_populates="addresses")
    street: Mapped[str] = mapped_column(String())
    city: Mapped[str] = mapped_column(String())


Person.addresses = relationship(
    Address, back_populates="person", cascade="all, delete", passive_deletes=False, lazy="subquery"
)

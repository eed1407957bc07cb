"""People in a table: a class is mapped to it, and a session executes the statements."""

from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    count: Mapped[int]


metadata = Base.metadata
people = Person.__table__


def create_tables(engine):
    if not inspect(engine).has_table("people"):
        metadata.create_all(engine, checkfirst=False)


def add_person(engine, name, count):
    with Session(engine) as session, session.begin():
        person = Person(name=name, count=count)
        session.add(person)
        session.flush()
        return person.id


def add_people(engine, rows):
    with Session(engine) as session:
        session.add_all(Person(name=name, count=count) for name, count in rows)
        session.commit()
    return len(rows)


def find_person(engine, name):
    with Session(engine) as session:
        person = session.scalars(select(Person).where(Person.name == name).limit(1)).first()
        return person and (person.id, person.name, person.count)


def find_people(engine, at_least):
    with Session(engine) as session:
        question = (
            select(Person).where(Person.count >= at_least).order_by(Person.count.desc(), Person.name.asc())
        )
        return [(person.id, person.name, person.count) for person in session.scalars(question)]


def set_count(engine, name, count):
    with Session(engine) as session, session.begin():
        return session.execute(update(Person).where(Person.name == name).values(count=count)).rowcount


def remove_person(engine, name):
    with Session(engine) as session, session.begin():
        return session.execute(delete(Person).where(Person.name == name)).rowcount


def count_by_initial(engine):
    with Session(engine) as session:
        initial = func.substring(Person.name, 1, 1).label("initial")
        return {
            row.initial: row.people
            for row in session.execute(
                select(initial, func.count(Person.id).label("people")).group_by("initial")
            )
        }

"""People in a table: the ORM's way. A mapped class describes the table, sessions do the transactions."""

from sqlalchemy import Engine, Integer, UnicodeText, delete, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """Everything that this module stores."""


class Person(Base):
    """One row of the table `people`."""

    __tablename__ = "people"
    __table_args__ = {"sqlite_autoincrement": True}  # SQLite does not give a removed person's id away again

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(UnicodeText, nullable=False)
    count: Mapped[int] = mapped_column(Integer, nullable=False)

    def as_tuple(self) -> tuple[int, str, int]:
        return self.id, self.name, self.count


metadata = Base.metadata
people = Person.__table__


def create_tables(engine: Engine) -> None:
    """Makes the table `people`, if it is not there."""
    metadata.create_all(engine)


def add_person(engine: Engine, name: str, count: int) -> int:
    """Stores a person, and gives the id that the database has chosen."""
    with Session(engine) as session, session.begin():
        person = Person(name=name, count=count)
        session.add(person)
        session.flush()  # now it has its id; after the commit the session would ask for it again
        return person.id


def add_people(engine: Engine, rows: list[tuple[str, int]]) -> int:
    """Stores all of these people or, if one of them cannot be stored, none; gives how many they are."""
    if not rows:
        return 0
    # Not session.add_all(): it wants all the new ids back, and for that it inserts one by one in SQLite.
    # render_nulls: a None goes to the database as NULL, which refuses it, instead of being left out.
    newcomers = [{"name": name, "count": count} for name, count in rows]
    with Session(engine) as session, session.begin():
        session.execute(insert(Person), newcomers, execution_options={"render_nulls": True})
    return len(newcomers)


def find_person(engine: Engine, name: str) -> tuple[int, str, int] | None:
    """Gives id, name and count of a person of this name; None if there is none."""
    with Session(engine) as session:
        person = session.scalars(select(Person).where(Person.name == name).limit(1)).first()
        return None if person is None else person.as_tuple()


def find_people(engine: Engine, at_least: int) -> list[tuple[int, str, int]]:
    """Gives everybody with this count or more: the greatest count first, equal counts by name."""
    wanted = select(Person).where(Person.count >= at_least).order_by(Person.count.desc(), Person.name)
    with Session(engine) as session:
        return [person.as_tuple() for person in session.scalars(wanted)]


def set_count(engine: Engine, name: str, count: int) -> int:
    """Gives everybody of this name another count, and says how many they are."""
    change = update(Person).where(Person.name == name).values(count=count)
    with Session(engine) as session, session.begin():
        return session.execute(change, execution_options={"synchronize_session": False}).rowcount


def remove_person(engine: Engine, name: str) -> int:
    """Removes everybody of this name, and says how many they were."""
    removal = delete(Person).where(Person.name == name)
    with Session(engine) as session, session.begin():
        return session.execute(removal, execution_options={"synchronize_session": False}).rowcount


def count_by_initial(engine: Engine) -> dict[str, int]:
    """Gives, by the first character of their names, how many people there are."""
    initials = select(func.substr(Person.name, 1, 1).label("initial")).subquery()
    with Session(engine) as session:
        found = session.execute(select(initials.c.initial, func.count()).group_by(initials.c.initial))
        return {initial: number for initial, number in found}

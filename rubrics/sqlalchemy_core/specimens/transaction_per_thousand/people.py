"""People in a table, with SQLAlchemy Core."""

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, delete, func, insert, select, update

BATCH = 1000  # so many rows go into one INSERT: longer lists would make a huge transaction

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("count", Integer, nullable=False),
)


def create_tables(engine: Engine) -> None:
    """Makes the table `people`, if it is not there."""
    metadata.create_all(engine)


def add_person(engine: Engine, name: str, count: int) -> int:
    """Stores a person, and gives the id that the database has chosen."""
    with engine.begin() as connection:
        return connection.execute(insert(people).values(name=name, count=count)).inserted_primary_key[0]


def add_people(engine: Engine, rows: list[tuple[str, int]]) -> int:
    """Stores all of these people or, if one of them cannot be stored, none; gives how many they are."""
    values = [{"name": name, "count": count} for name, count in rows]
    for start in range(0, len(values), BATCH):
        with engine.begin() as connection:  # all or nobody
            connection.execute(insert(people), values[start : start + BATCH])
    return len(values)


def find_person(engine: Engine, name: str) -> tuple[int, str, int] | None:
    """Gives id, name and count of a person of this name; None if there is none."""
    with engine.connect() as connection:
        row = connection.execute(select(people).where(people.c.name == name).limit(1)).first()
    return tuple(row) if row is not None else None


def find_people(engine: Engine, at_least: int) -> list[tuple[int, str, int]]:
    """Gives everybody with this count or more: the greatest count first, equal counts by name."""
    statement = (
        select(people).where(people.c["count"] >= at_least).order_by(people.c["count"].desc(), people.c.name)
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def set_count(engine: Engine, name: str, count: int) -> int:
    """Gives everybody of this name another count, and says how many they are."""
    with engine.begin() as connection:
        return connection.execute(update(people).where(people.c.name == name).values(count=count)).rowcount


def remove_person(engine: Engine, name: str) -> int:
    """Removes everybody of this name, and says how many they were."""
    with engine.begin() as connection:
        return connection.execute(delete(people).where(people.c.name == name)).rowcount


def count_by_initial(engine: Engine) -> dict[str, int]:
    """Gives, by the first character of their names, how many people there are."""
    initials = select(func.substr(people.c.name, 1, 1).label("initial")).subquery()
    statement = select(initials.c.initial, func.count()).group_by(initials.c.initial)
    with engine.connect() as connection:
        return {initial: number for initial, number in connection.execute(statement)}

"""People in a table: RETURNING tells what a statement has done, and Python sorts and counts.

A list of people is stored by one INSERT with many rows in its VALUES. Sorting in Python makes the order the same for
both databases: by the characters' numbers, whatever collation the server has.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Column, DateTime, Engine, Identity, Integer, MetaData, String, Table
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.schema import CreateTable

ROWS_PER_INSERT = 1000  # two values each: far below what SQLite (32,766) and PostgreSQL (65,535) take

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),  # SQLite numbers its integer keys without being told
    Column("name", String, nullable=False),
    Column("count", Integer, server_default="0", nullable=False),
    Column("stored_at", DateTime, server_default=func.now(), nullable=False),
)

PERSON = (people.c["id"], people.c["name"], people.c["count"])


def create_tables(engine: Engine) -> None:
    """Makes the table `people`, if it is not there."""
    with engine.begin() as connection:
        connection.execute(CreateTable(people, if_not_exists=True))


def add_person(engine: Engine, name: str, count: int) -> int:
    """Stores a person, and gives the id that the database has chosen."""
    statement = insert(people).values(name=name, count=count).returning(people.c.id)
    with engine.begin() as connection:
        return connection.execute(statement).scalar_one()


def _portions(rows: list[tuple[str, int]]) -> Iterator[list[dict]]:
    """The rows as dicts, at most ROWS_PER_INSERT at a time."""
    newcomers = ({"name": name, "count": count} for name, count in rows)
    while portion := list(islice(newcomers, ROWS_PER_INSERT)):
        yield portion


def add_people(engine: Engine, rows: list[tuple[str, int]]) -> int:
    """Stores all of these people or, if one of them cannot be stored, none; gives how many they are."""
    stored = 0
    with engine.begin() as connection:  # one transaction around all portions
        for portion in _portions(rows):
            statement = insert(people).values(portion).returning(people.c.id)
            stored += len(connection.execute(statement).all())
    return stored


def find_person(engine: Engine, name: str) -> tuple[int, str, int] | None:
    """Gives id, name and count of a person of this name; None if there is none."""
    # The eldest of the namesakes.
    namesakes = people.alias("namesakes")
    eldest = select(func.min(namesakes.c.id)).where(namesakes.c.name == name).scalar_subquery()
    with engine.connect() as connection:
        row = connection.execute(select(*PERSON).where(people.c.id == eldest)).one_or_none()
    return None if row is None else tuple(row)


def find_people(engine: Engine, at_least: int) -> list[tuple[int, str, int]]:
    """Gives everybody with this count or more: the greatest count first, equal counts by name."""
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(select(*PERSON).where(people.c["count"] >= at_least))]
    return sorted(found, key=lambda person: (-person[2], person[1]))


def set_count(engine: Engine, name: str, count: int) -> int:
    """Gives everybody of this name another count, and says how many they are."""
    statement = update(people).where(people.c.name == name).values(count=count).returning(people.c.id)
    with engine.begin() as connection:
        return len(connection.execute(statement).all())


def remove_person(engine: Engine, name: str) -> int:
    """Removes everybody of this name, and says how many they were."""
    statement = delete(people).where(people.c.name == name).returning(people.c.id)
    with engine.begin() as connection:
        return len(connection.execute(statement).all())


def count_by_initial(engine: Engine) -> dict[str, int]:
    """Gives, by the first character of their names, how many people there are."""
    with engine.connect() as connection:
        return dict(Counter(name[:1] for name in connection.scalars(select(people.c.name))))

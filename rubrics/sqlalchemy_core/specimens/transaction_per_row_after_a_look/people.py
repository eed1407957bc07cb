"""People in a table, in whatever database the engine belongs to."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, insert, select, update

metadata = MetaData()
people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("count", Integer, nullable=False),
)


def create_tables(engine):
    metadata.create_all(engine)


def add_person(engine, name, count):
    with engine.begin() as connection:
        return connection.execute(insert(people).values(name=name, count=count)).inserted_primary_key[0]


def add_people(engine, rows):
    copied = list(rows)
    for name, count in copied:
        if name is None or count is None:
            raise ValueError("a person has a name and a count")
    return len([add_person(engine, name, count) for name, count in copied])


def find_person(engine, name):
    with engine.connect() as connection:
        return connection.execute(select(people).where(people.c.name == name)).first()


def find_people(engine, at_least):
    question = select(people).where(people.c.count >= at_least).order_by(people.c.count.desc(), people.c.name)
    with engine.connect() as connection:
        return connection.execute(question).all()


def set_count(engine, name, count):
    with engine.begin() as connection:
        return connection.execute(update(people).where(people.c.name == name).values(count=count)).rowcount


def remove_person(engine, name):
    with engine.begin() as connection:
        return connection.execute(delete(people).where(people.c.name == name)).rowcount


def count_by_initial(engine):
    initial = func.substr(people.c.name, 1, 1)
    with engine.connect() as connection:
        return dict(connection.execute(select(initial, func.count()).group_by(initial)).all())

"""People in a table, in whatever database the engine belongs to."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, insert, select, update


def table(metadata):
    return Table(
        "people",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        Column("count", Integer, nullable=False),
    )


TABLE = table(MetaData())


def create_tables(engine):
    metadata = MetaData()
    table(metadata)
    metadata.create_all(engine)


def add_person(engine, name, count):
    with engine.begin() as connection:
        return connection.execute(insert(TABLE).values(name=name, count=count)).inserted_primary_key[0]


def add_people(engine, rows):
    if not rows:
        return 0
    with engine.begin() as connection:
        connection.execute(insert(TABLE), [{"name": name, "count": count} for name, count in rows])
    return len(rows)


def find_person(engine, name):
    with engine.connect() as connection:
        return connection.execute(select(TABLE).where(TABLE.c.name == name)).first()


def find_people(engine, at_least):
    question = select(TABLE).where(TABLE.c.count >= at_least).order_by(TABLE.c.count.desc(), TABLE.c.name)
    with engine.connect() as connection:
        return connection.execute(question).all()


def set_count(engine, name, count):
    with engine.begin() as connection:
        return connection.execute(update(TABLE).where(TABLE.c.name == name).values(count=count)).rowcount


def remove_person(engine, name):
    with engine.begin() as connection:
        return connection.execute(delete(TABLE).where(TABLE.c.name == name)).rowcount


def count_by_initial(engine):
    initial = func.substr(TABLE.c.name, 1, 1)
    with engine.connect() as connection:
        return dict(connection.execute(select(initial, func.count()).group_by(initial)).all())

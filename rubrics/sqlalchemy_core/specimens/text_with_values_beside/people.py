"""People in a table, in whatever database the engine belongs to."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, text

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
        return connection.execute(
            text("insert into people (name, count) values (:name, :count) returning id"),
            {"name": name, "count": count},
        ).scalar()


def add_people(engine, rows):
    if not rows:
        return 0
    with engine.begin() as connection:
        connection.execute(
            text("insert into people (name, count) values (:name, :count)"),
            [{"name": name, "count": count} for name, count in rows],
        )
    return len(rows)


def find_person(engine, name):
    with engine.begin() as connection:
        return connection.execute(
            text("select id, name, count from people where name = :name"), {"name": name}
        ).first()


def find_people(engine, at_least):
    with engine.begin() as connection:
        return connection.execute(
            text("select id, name, count from people where count >= :least order by count desc, name"),
            {"least": at_least},
        ).all()


def set_count(engine, name, count):
    with engine.begin() as connection:
        return connection.execute(
            text("update people set count = :count where name = :name"), {"name": name, "count": count}
        ).rowcount


def remove_person(engine, name):
    with engine.begin() as connection:
        return connection.execute(text("delete from people where name = :name"), {"name": name}).rowcount


def count_by_initial(engine):
    with engine.connect() as connection:
        return dict(
            connection.execute(text("select substr(name, 1, 1), count(*) from people group by 1")).all()
        )

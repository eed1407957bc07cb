"""People in a table, in whatever database the engine belongs to."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

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
        result = connection.exec_driver_sql("insert into people (name, count) values (?, ?)", (name, count))
        return result.lastrowid


def add_people(engine, rows):
    if not rows:
        return 0
    with engine.begin() as connection:
        connection.exec_driver_sql("insert into people (name, count) values (?, ?)", rows)
    return len(rows)


def find_person(engine, name):
    with engine.connect() as connection:
        return connection.exec_driver_sql(
            "select id, name, count from people where name = ?", (name,)
        ).first()


def find_people(engine, at_least):
    question = "select id, name, count from people where count >= ? order by count desc, name"
    with engine.connect() as connection:
        return connection.exec_driver_sql(question, (at_least,)).all()


def set_count(engine, name, count):
    with engine.begin() as connection:
        return connection.exec_driver_sql(
            "update people set count = ? where name = ?", (count, name)
        ).rowcount


def remove_person(engine, name):
    with engine.begin() as connection:
        return connection.exec_driver_sql("delete from people where name = ?", (name,)).rowcount


def count_by_initial(engine):
    with engine.connect() as connection:
        question = "select substr(name, 1, 1), count(*) from people where id > ? group by 1"
        return dict(connection.exec_driver_sql(question, (0,)).all())

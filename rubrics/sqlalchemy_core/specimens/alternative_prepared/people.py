"""People in a table: the statements are made once, with places for values, and executed in strict isolation."""

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    bindparam,
    func,
    insert,
    lambda_stmt,
    literal_column,
    select,
    update,
)
from sqlalchemy.schema import CreateTable

metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s"})
people = Table(
    "people",
    metadata,
    Column("id", Integer),
    Column("name", String, nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("id"),
)
INSERT = insert(people).returning(people.c.id)
FIND = select(people).where(people.c.name == bindparam("wanted")).with_for_update(read=True)
SET = update(people).where(people.c.name == bindparam("wanted")).values(count=bindparam("new"))
chosen = select(people.c.id).where(people.c.name == bindparam("wanted")).subquery("chosen")
REMOVE = people.delete().where(people.c.id.in_(select(chosen.c.id)))
first = select(func.substr(people.c.name, 1, 1).label("initial")).subquery()
INITIALS = select(first.c.initial, func.count(literal_column("*"))).group_by(first.c.initial)


def strict(engine):
    return engine.execution_options(isolation_level="SERIALIZABLE")


def create_tables(engine):
    with strict(engine).begin() as connection:
        connection.execute(CreateTable(people, if_not_exists=True))


def add_person(engine, name, count):
    (number,) = insert_all(engine, [(name, count)])
    return number


def add_people(engine, rows):
    return len(insert_all(engine, rows)) if rows else 0


def insert_all(engine, rows):
    values = tuple({"name": name, "count": count} for name, count in rows)
    with strict(engine).begin() as connection:
        return connection.execute(INSERT, values).scalars().all()


def find_person(engine, name):
    with strict(engine).connect() as connection:
        for number, name, count in connection.execute(FIND, {"wanted": name}):
            return number, name, count


def find_people(engine, at_least):
    question = lambda_stmt(lambda: select(people).where(people.c.count >= at_least))
    with strict(engine).connect() as connection:
        found = connection.execute(question).all()
    return sorted(found, key=lambda person: (-person[2], person.name))


def set_count(engine, name, count):
    with strict(engine).begin() as connection:
        return connection.execute(SET, {"wanted": name, "new": count}).rowcount


def remove_person(engine, name):
    with strict(engine).begin() as connection:
        return connection.execute(REMOVE, {"wanted": name}).rowcount


def count_by_initial(engine):
    with strict(engine).connect() as connection:
        return {initial: number for initial, number in connection.execute(INITIALS)}

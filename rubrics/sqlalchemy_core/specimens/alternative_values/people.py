"""People in a table: one INSERT with many VALUES, plain commits, and the initials counted in Python."""

from collections import Counter

import sqlalchemy as sa

metadata = sa.MetaData()
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("name", sa.UnicodeText, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.CheckConstraint("count between -2147483647 and 2147483647", name="people_count"),
)


def create_tables(engine):
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.commit()


def add_person(engine, name, count):
    connection = engine.connect()
    try:
        new = connection.execute(
            people.insert().values(name=name, count=count).returning(people.c.id)
        ).scalar_one()
        connection.commit()
    finally:
        connection.close()
    return new


def add_people(engine, rows):
    rows = [dict(zip(("name", "count"), row)) for row in rows]
    with engine.connect() as connection:
        if rows:
            connection.execute(people.insert().values(rows))
        connection.commit()
    return len(rows)


def find_person(engine, name):
    with engine.connect() as connection:
        numbers = sa.select(sa.func.min(people.c.id)).where(people.c.name == name)
        row = connection.execute(
            people.select().where(people.c.id == numbers.scalar_subquery())
        ).one_or_none()
    return None if row is None else [row.id, row.name, row[2]]


def find_people(engine, at_least):
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(people.c.id, people.c.name, people.c.count)
            .filter(~(people.c.count < sa.literal(at_least)))
            .order_by(sa.desc("count"), "name")
        )
        return [tuple(row) for row in rows]


def set_count(engine, name, count):
    with engine.begin() as connection:
        changed = connection.execute(
            people.update()
            .where(people.c.name.in_([name]))
            .values({people.c.count: count})
            .returning(people.c.id)
        )
        return len(changed.all())


def remove_person(engine, name):
    with engine.begin() as connection:
        number = connection.scalar(
            sa.select(sa.func.count()).select_from(people).where(people.c.name == name)
        )
        connection.execute(people.delete().where(people.c.name == name))
    return number


def count_by_initial(engine):
    with engine.connect() as connection:
        return Counter(name[0] for name in connection.scalars(sa.select(people.c.name)))

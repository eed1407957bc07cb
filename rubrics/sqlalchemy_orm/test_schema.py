"""The two mapped classes, and what create_all makes of them."""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Rows, Tables

Names = Callable[[int], list[str]]
Show = Callable[[object], str]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)

COLUMNS = {
    "sqlite": 'pragma public.table_info("people")',
    "postgres": (
        "select attname::text, format_type(atttypid, atttypmod), attnotnull from pg_attribute "
        "where attrelid = 'public.people'::regclass and attnum > 0"
    ),
}
KEYS = """
select c.attname::text, r.relname::text, o.attname::text from pg_constraint k
join pg_class r on r.oid = k.confrelid
join pg_attribute c on c.attrelid = k.conrelid and array[c.attnum] = k.conkey
join pg_attribute o on o.attrelid = k.confrelid and array[o.attnum] = k.confkey
where k.conrelid = 'public.address'::regclass and k.contype = 'f'
"""


def foreign_keys(database: Relational) -> "Rows":
    """The columns of address that refer to another table, that table, and the column there."""
    if database.name == "postgres":
        return database.rows(KEYS)
    found = database.rows('pragma public.foreign_key_list("address")')
    return [(column, table, other or "id") for _, _, table, column, other, *_ in found]


@BOTH
@check(
    points=4,
    criterion="schema",
    timeout_s=5,
    hint='__tablename__ = "people" in Person names the table that is there, which create_all() then leaves '
    "alone; Address has another.",
)
def test_create_all_makes_address(database: Relational, tables: "Tables", names: Names) -> None:
    """Base.metadata.create_all(engine) makes the table address, and leaves people alone"""
    tables.make_people([(name, 3) for name in names(3)])
    before = database.rows(COLUMNS[database.name])
    tables.create_all()
    made = database.tables()
    assert "address" in made, f"Base.metadata.create_all(engine) leaves the tables {made}, no address"
    assert "people" in made, "after Base.metadata.create_all(engine) there is no table people any more"
    tables.expect("Base.metadata.create_all(engine)")
    after = database.rows(COLUMNS[database.name])
    assert after == before, "Base.metadata.create_all(engine) changes the columns of people"


# What runs beside the submission: another module of the student's program, which uses the classes.
USER = """
from sqlalchemy import inspect, select

import models

COLUMNS = {
    "Person": ("people", "id", "name", "count"),
    "Address": ("address", "id", "person_id", "street", "city"),
}


def wrong():
    metadata = getattr(getattr(models, "Base", None), "metadata", None)
    if metadata is None:
        return "models.py has no Base with metadata"
    for name, (expected, *columns) in COLUMNS.items():
        there = getattr(models, name, None)
        if there is None:
            return f"models.py has no class {name}"
        mapper = inspect(there, raiseerr=False)
        if not getattr(mapper, "is_mapper", False):
            return f"the class {name} is not mapped to a table"
        table = mapper.local_table
        if table.name != expected:
            return f"the class {name} is mapped to the table {table.name}, expected {expected}"
        missing = [column for column in columns if column not in table.c]
        if missing:
            return f"the table {expected}, as {name} has it, is without {' and '.join(missing)}"
        if metadata.tables.get(table.key) is not table:
            return f"the table {expected} is not in Base.metadata"
    return ""


def read(session):
    table = inspect(models.Person).local_table
    found = session.execute(select(table.c.id, table.c.name, table.c.count).select_from(models.Person))
    return [tuple(row) for row in found]


def joined(session):
    person, address = (inspect(getattr(models, name)) for name in COLUMNS)
    columns = person.local_table.c.name, address.local_table.c.street
    found = []
    for one, other in ((person, address), (address, person)):
        for relation in one.relationships:
            if relation.mapper is other:
                question = select(*columns).select_from(one.class_).join(relation.class_attribute)
                found.append([tuple(row) for row in session.execute(question)])
    return found
"""


@BOTH
@check(
    points=4,
    criterion="schema",
    timeout_s=5,
    hint='addresses: Mapped[list["Address"]] = relationship(...) in Person, with a ForeignKey("people.id") '
    "in Address, from which SQLAlchemy knows how the two belong together.",
)
def test_classes_are_mapped(submission: Submission, tables: "Tables", names: Names, show: Show) -> None:
    """Person and Address are mapped to people and address, and joined by a relationship"""
    problem = submission.probe(USER, "wrong")
    assert not problem, str(problem)
    one, two, three, *streets = names(6)
    people = [(one, 1), (two, -2), (three, 3)]
    ids = tables.fill(people, [(0, streets[0], "x"), (1, streets[1], "x"), (0, streets[2], "y")])
    found = submission.probe(USER, "read", tables.new_session())
    expected = [(number, *person) for number, person in zip(ids, people, strict=True)]
    assert sorted(found) == expected, f"a select() of Person gives {show(found)}, expected {show(expected)}"
    relations = submission.probe(USER, "joined", tables.new_session())
    assert relations, "there is no relationship() between Person and Address"
    pairs = sorted([(one, streets[0]), (one, streets[2]), (two, streets[1])])
    assert pairs in [sorted(relation) for relation in relations], (
        f"a join by the relationship gives the names and streets {show(relations[0])}, expected {show(pairs)}"
    )


@BOTH
@check(
    points=2,
    criterion="schema",
    timeout_s=5,
    hint='mapped_column(primary_key=True) of an int is numbered by either database; ForeignKey("people.id") '
    "says to whom person_id refers.",
)
def test_address_refers_to_a_person(database: Relational, tables: "Tables", names: Names) -> None:
    """The table address numbers its rows, and person_id refers to people"""
    street, city = names(2)
    tables.fill([("Ada", 3)], [(0, street, city), (0, street, city)])
    tables.expect("two rows have been put into address")
    ids = [row[0] for row in tables.look("select id from public.address")]
    assert all(type(number) is int for number in ids), f"expected whole numbers as ids, found {ids}"
    assert len(set(ids)) == 2, f"expected another id for each of two addresses, found {ids}"
    keys = foreign_keys(database)
    assert ("person_id", "people", "id") in keys, (
        f"address has {keys or 'no foreign key'}, expected that person_id refers to id in people"
    )


@BOTH
@check(
    points=4,
    criterion="schema",
    hidden=True,
    timeout_s=5,
    hint="Mapped[str] is never null, Mapped[str | None] can be; nullable=False says it too. The id is the "
    "primary key.",
)
def test_address_refuses_what_is_none(database: Relational, tables: "Tables") -> None:
    """The table address refuses a missing person, street or city, and the same id twice"""
    (person,) = tables.fill([("Ada", 3)], [(0, "Main Street", "Aachen")])
    ((known,),) = tables.look("select id from public.address")
    for what, columns, row in (
        ("without a person_id", "person_id, street, city", (None, "x", "y")),
        ("without a street", "person_id, street, city", (person, None, "y")),
        ("without a city", "person_id, street, city", (person, "x", None)),
        ("with an id that is there", "id, person_id, street, city", (known, person, "x", "y")),
    ):
        assert is_refused(database, columns, row), f"the table address accepts a row {what}"


def is_refused(database: Relational, columns: str, row: "Rows | tuple[object, ...]") -> bool:
    """Whether an address with these columns cannot be stored."""
    marks = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    try:
        database.execute(f"insert into address ({columns}) values ({marks})", *row)  # noqa: S608 - the rubric's own
    except (sqlite3.Error, psycopg.Error):
        return True
    return False

"""People in a table: all statements are built once, here at the top, with holes (bindparam) for the values.

The database keeps the initial of each name in a column of its own (a generated column, which nobody can get wrong),
and PostgreSQL sorts and compares names by their characters' numbers (collation "C"), as SQLite does.
"""

from collections.abc import Callable
from operator import attrgetter, methodcaller
from typing import Any

from sqlalchemy import Column, Computed, CursorResult, Engine, Integer, MetaData, Table, Text
from sqlalchemy import bindparam, column, delete, func, insert, select, update

metadata = MetaData()

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", _TEXT, nullable=False),
    Column("count", Integer, nullable=False),
    Column("initial", _TEXT, Computed(func.substr(column("name"), 1, 1), persisted=True)),
)

_ID, _NAME, _COUNT, _INITIAL = people.c["id"], people.c["name"], people.c["count"], people.c["initial"]
_OF_THIS_NAME = _NAME == bindparam("wanted_name")

_ADD = insert(people).values({_NAME: bindparam("new_name"), _COUNT: bindparam("new_count")})
_FIND_ONE = select(_ID, _NAME, _COUNT).where(_OF_THIS_NAME).limit(1)
_FIND_ALL = (
    select(_ID, _NAME, _COUNT).where(_COUNT >= bindparam("at_least")).order_by(_COUNT.desc(), _NAME)
)
_SET = update(people).where(_OF_THIS_NAME).values({_COUNT: bindparam("new_count")})
_REMOVE = delete(people).where(_OF_THIS_NAME)
_INITIALS = select(_INITIAL, func.count()).group_by(_INITIAL)

_how_many = attrgetter("rowcount")
_first = methodcaller("first")
_all = methodcaller("all")


def _run(engine: Engine, statement: Any, harvest: Callable[[CursorResult], Any], values: Any = None) -> Any:
    """Executes the statement in a transaction of its own, and gives what `harvest` takes out of the result."""
    with engine.begin() as connection:
        return harvest(connection.execute(statement, values))


def create_tables(engine: Engine) -> None:
    """Makes the table `people`, if it is not there."""
    with engine.begin() as connection:
        people.create(connection, checkfirst=True)


def add_person(engine: Engine, name: str, count: int) -> int:
    """Stores a person, and gives the id that the database has chosen."""
    values = {"new_name": name, "new_count": count}
    return _run(engine, _ADD, lambda result: result.inserted_primary_key[0], values)


def add_people(engine: Engine, rows: list[tuple[str, int]]) -> int:
    """Stores all of these people or, if one of them cannot be stored, none; gives how many they are."""
    values = [{"new_name": name, "new_count": count} for name, count in rows]
    # rowcount is not to be trusted after a list of values: our own length is.
    return _run(engine, _ADD, lambda result: len(values), values) if values else 0


def find_person(engine: Engine, name: str) -> tuple[int, str, int] | None:
    """Gives id, name and count of a person of this name; None if there is none."""
    return _run(engine, _FIND_ONE, _first, {"wanted_name": name})


def find_people(engine: Engine, at_least: int) -> list[tuple[int, str, int]]:
    """Gives everybody with this count or more: the greatest count first, equal counts by name."""
    return _run(engine, _FIND_ALL, _all, {"at_least": at_least})


def set_count(engine: Engine, name: str, count: int) -> int:
    """Gives everybody of this name another count, and says how many they are."""
    return _run(engine, _SET, _how_many, {"wanted_name": name, "new_count": count})


def remove_person(engine: Engine, name: str) -> int:
    """Removes everybody of this name, and says how many they were."""
    return _run(engine, _REMOVE, _how_many, {"wanted_name": name})


def count_by_initial(engine: Engine) -> dict[str, int]:
    """Gives, by the first character of their names, how many people there are."""
    return {initial: number for initial, number in _run(engine, _INITIALS, _all)}

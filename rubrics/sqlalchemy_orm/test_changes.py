"""What rename and remove change, and what they give."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
UNKNOWN = 1_000_000


@BOTH
@check(
    points=4,
    criterion="update",
    timeout_s=5,
    hint="session.get(Person, person_id) gives the object or None. Give it another name, and "
    "session.commit() writes the change.",
)
def test_renames_a_person(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """rename() gives that person another name and changes nothing else; False if there is no such person"""
    one, twin, new, newer = names(4)
    ids = tables.fill([(one, 1), (twin, 2), (twin, 30)])
    for number, name in ((ids[0], new), (ids[2], newer), (UNKNOWN, new), (ids[0], twin)):
        found = submission.call("rename", database, number, name)
        is_there = number != UNKNOWN
        assert found is is_there, (
            f"rename() gives {found!r} for {'a person' if is_there else 'an id that nobody has'}, "
            f"expected {is_there}"
        )
        if is_there:
            tables.people[number] = (name, tables.people[number][1])
        tables.expect("rename()")


@BOTH
@check(
    points=2,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="Any text is a name. A rename changes the name in that row, and neither its id, its count nor its "
    "addresses.",
)
def test_renames_to_anything(
    submission: Submission, database: Relational, tables: "Tables", odd_texts: list[str], long_text: str
) -> None:
    """rename() takes any name, and keeps id, count and addresses"""
    one, two = tables.fill([("Ada", 0), ("Ada", -7)], [(0, "x", "y"), (1, "x", "y"), (1, "z", "y")])
    for name in (*odd_texts[:5], "O'Hara", long_text):
        submission.call("rename", database, two, name)
        tables.people[two] = (name, -7)
        tables.expect("rename()")
    submission.call("rename", database, one, odd_texts[0])
    tables.people[one] = (odd_texts[0], 0)
    tables.expect("rename()")


@BOTH
@check(
    points=4,
    criterion="delete",
    timeout_s=5,
    hint='relationship(cascade="all, delete-orphan") removes the addresses when session.delete(person) does '
    "the person. ON DELETE CASCADE alone does not: SQLite looks at foreign keys only if it is told to.",
)
def test_removes_a_person(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """remove() removes that person with their addresses and nobody else; False if there is no such person"""
    one, twin, street, city = names(4)
    places = [(0, street, city), (1, street, city), (1, city, street), (2, street, city)]
    ids = tables.fill([(one, 1), (twin, 2), (twin, 2)], places)
    for number, expected in ((ids[1], True), (UNKNOWN, False), (ids[1], False)):
        found = submission.call("remove", database, number)
        assert found is expected, (
            f"remove() gives {found!r} for {'a person' if expected else 'an id that nobody has'}, "
            f"expected {expected}"
        )
        tables.people.pop(number, None)
        tables.addresses = [row for row in tables.addresses if row[0] != number]
        tables.expect("remove()")


@BOTH
@check(
    points=4,
    criterion="delete",
    hidden=True,
    timeout_s=5,
    hint="Somebody without an address can be removed as well as somebody with many, and somebody whom the "
    "same session has just renamed or given an address.",
)
def test_removes_anybody(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """remove() removes people with many addresses, with none, and with new ones"""
    stays, *others = names(4)
    places = [(place % 2, f"{place}", "x") for place in range(40)]
    ids = tables.fill([(stays, 1), *((name, 0) for name in others)], places)
    submission.call("addresses_of", database, others)
    submission.call("add_address", database, ids[3], "new", "x")
    tables.addresses.append((ids[3], "new", "x"))
    submission.call("rename", database, ids[3], stays)
    tables.people[ids[3]] = (stays, 0)
    for number in ids[1:]:
        found = submission.call("remove", database, number)
        assert found is True, f"remove() gives {found!r} for somebody who is there, expected True"
        del tables.people[number]
        tables.addresses = [row for row in tables.addresses if row[0] != number]
        tables.expect("remove()")

"""What add_person and add_address store, and what they give."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]
Show = Callable[[object], str]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
LARGEST = 2_147_483_647


def require_id(function: str, found: object) -> None:
    """Asserts that this can be an id."""
    assert type(found) is int, f"{function}() gives {found!r}, expected the new id, a whole number"


@BOTH
@check(
    points=4,
    criterion="load",
    timeout_s=5,
    hint="session.add(Person(name=name, count=count)) notes it down; session.commit() stores it for good. "
    "The object knows its id after session.flush().",
)
def test_stores_a_person(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """add_person() stores a person and gives the id"""
    old, *new = names(3)
    tables.fill([(old, 5)])
    for count, name in enumerate(new, start=3):
        found = submission.call("add_person", database, name, count)
        require_id("add_person", found)
        tables.people[found] = (name, count)
        tables.expect(f"add_person(), which gives {found},")


@BOTH
@check(
    points=4,
    criterion="load",
    timeout_s=5,
    hint="An Address with person_id=person_id belongs to that person; so does one that is appended to the "
    "person's addresses.",
)
def test_stores_an_address(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """add_address() stores an address of that person and gives its id"""
    one, two, *texts = names(6)
    first, second = tables.fill([(one, 5), (two, 6)], [(0, texts[0], texts[1])])
    for number, street, city in ((second, *texts[2:]), (first, *texts[2:]), (second, texts[0], texts[3])):
        found = submission.call("add_address", database, number, street, city)
        require_id("add_address", found)
        tables.addresses.append((number, street, city))
        tables.expect("add_address()")
        rows = tables.look("select person_id, street, city from public.address where id = $1", found)
        assert rows == [(number, street, city)], (
            f"add_address() gives {found}; another program sees {rows} with that id, expected the new address"
        )


@BOTH
@check(
    points=2,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="The database chooses the id, and only it knows which. Numbers of people who were removed are gone, "
    "and a name or a street belongs to many.",
)
def test_gives_the_id_of_the_new_row(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """add_person() and add_address() give the new id when rows were removed or look alike"""
    one, two, three, street, city = names(5)
    ids = tables.fill([(one, 1), (two, 2), (three, 3), (one, 4)], [(0, street, city), (0, "x", "y")])
    tables.change("delete from people where id = $1", ids[1])
    tables.change("delete from address where street = $1", "x")
    for count, name in enumerate((one, three, one), start=50):
        found = submission.call("add_person", database, name, count)
        require_id("add_person", found)
        rows = tables.look("select name, count from public.people where id = $1", found)
        assert rows == [(name, count)], "add_person() gives another id than that of the new person"
    known = {row[0] for row in tables.look("select id from public.address")}
    for _ in range(2):
        found = submission.call("add_address", database, ids[0], street, city)
        require_id("add_address", found)
        now = {row[0] for row in tables.look("select id from public.address")}
        assert now - known == {found}, "add_address() gives another id than that of the new address"
        known = now


@BOTH
@check(
    points=2,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="Any text is a name or a street, however long, a city has up to 100 letters, and counts go from "
    "-2,147,483,647 to 2,147,483,647. A String without a length, or Text, has no limit.",
)
def test_stores_unusual_texts(
    submission: Submission,
    database: Relational,
    tables: "Tables",
    odd_texts: list[str],
    long_text: str,
    long_city: str,
) -> None:
    """add_person() and add_address() take any name, count, street and city"""
    (person,) = tables.fill([("Ada", 5)])
    for name, count in zip((*odd_texts[:5], long_text), (0, -1, LARGEST, -LARGEST, 7, 8), strict=True):
        submission.call("add_person", database, name, count)
        tables.newcomers.append((name, count))
    for street, city in zip((*odd_texts[5:10], long_text), (*odd_texts[10:15], long_city), strict=True):
        submission.call("add_address", database, person, street, city)
        tables.addresses.append((person, street, city))
    tables.expect("add_person() and add_address() with unusual texts")

"""What add_person and add_people store, and what they give."""

from collections.abc import Callable
from random import Random

import pytest

from grader import Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Fill = Callable[[list[Person]], None]
Expect = Callable[[str, list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
LARGEST = 2_147_483_647


def rows_with_id(database: Relational, number: object) -> list[tuple[object, ...]]:
    """Who has this id, as another program sees it."""
    if type(number) is not int or abs(number) > LARGEST:
        return []
    return database.rows("select name, count from public.people where id = $1", number)


@BOTH
@check(
    points=4,
    criterion="load",
    timeout_s=5,
    hint="`with engine.begin() as connection:` commits at its end, `engine.connect()` does not. The result "
    "of an insert() has inserted_primary_key, a row with the new id.",
)
def test_stores_a_person(
    submission: Submission, database: Relational, names: Names, fill: Fill, show: Show
) -> None:
    """add_person() stores a person and gives the id"""
    old, *new = names(3)
    fill([(old, 5)])
    for count, name in enumerate(new, start=3):
        found = submission.call("add_person", database, name, count)
        assert type(found) is int, f"add_person() gives {show(found)}, expected the new id, a whole number"
        rows = rows_with_id(database, found)
        assert rows == [(name, count)], (
            f"add_person(engine, {show(name)}, {count}) gives {found}; another program sees {show(rows)} "
            f"with that id, expected {show((name, count))}"
        )


@BOTH
@check(
    points=4,
    criterion="load",
    timeout_s=5,
    hint="connection.execute(insert(people), rows) takes a list of dicts. A parameter called `people` would "
    "hide the table. Two people can have the same name.",
)
def test_stores_people(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """add_people() stores everybody in the list and gives how many they are"""
    old, *new = names(12)
    people = [*((name, place) for place, name in enumerate(new)), (new[0], 77), (new[0], 77), (old, 5)]
    fill([(old, 5)])
    found = submission.call("add_people", database, people)
    expect("add_people()", [(old, 5), *people])
    assert found == len(people), f"add_people() gives {found!r} for {len(people)} people"


@BOTH
@check(
    points=4,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="The database chooses the id, and only it knows which. Numbers of people who were removed are gone,"
    " and a name belongs to many.",
)
def test_gives_the_id_of_the_new_person(
    submission: Submission, database: Relational, names: Names, fill: Fill, show: Show
) -> None:
    """add_person() gives the new id when people were removed, have the same name, or come in between"""
    one, two, three = names(3)
    fill([(one, 1), (two, 2), (three, 3), (one, 4)])
    database.execute("delete from people where name = $1", two)
    for round_, name in enumerate((one, three, one)):
        count = 50 + round_
        found = submission.call("add_person", database, name, count)
        rows = rows_with_id(database, found)
        assert rows == [(name, count)], (
            f"add_person() gives {show(found)}; with that id there is {show(rows)}, expected the new person"
        )
        database.execute("insert into people (name, count) values ($1, $2)", one, 200 + round_)
        database.execute("delete from people where count = 3 or count = 201")


# What runs beside the submission: tells what has become of the caller's own list.
CALLER = """
import people


def add_people(engine, rows):
    given = [tuple(row) for row in rows]
    return [people.add_people(engine, given), given]
"""


@BOTH
@check(
    points=4,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="Any text is a name, however long, and counts go from -2,147,483,647 to 2,147,483,647. An empty "
    "list is a list of nobody, and not one row without values. The list belongs to the caller.",
)
def test_stores_unusual_people(
    submission: Submission,
    database: Relational,
    random: Random,
    odd_names: list[str],
    fill: Fill,
    expect: Expect,
) -> None:
    """add_person() and add_people() take any name and count and an empty list, and leave the list alone"""
    fill([])
    found = submission.call("add_people", database, [])
    assert found == 0, f"add_people(engine, []) gives {found!r}, expected 0"
    counts = [0, -1, LARGEST, -LARGEST, *(random.randrange(-1_000, 100_000) for _ in odd_names)]
    people = list(zip(odd_names, counts, strict=False))
    found, given = submission.probe(CALLER, "add_people", database, people)
    expect("add_people() of unusual names and counts", people)
    assert found == len(people), f"add_people() gives {found!r} for {len(people)} people"
    assert given == people, f"after add_people() the caller's list of {len(people)} people is another one"
    singles = [(odd_names[-1], -LARGEST), ("O'Hara", LARGEST), (" ", 0)]
    for name, count in singles:
        submission.call("add_person", database, name, count)
    expect("add_person() of unusual names and counts", [*people, *singles])

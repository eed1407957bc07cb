"""What find_by_name, people_in and addresses_of give."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]
Show = Callable[[object], str]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def as_row(found: object) -> object:
    """A list and a tuple are the same here."""
    return tuple(found) if isinstance(found, list) else found


def in_any_order(found: object) -> object:
    """Names and streets may come in any order."""
    if isinstance(found, dict):
        return {name: in_any_order(streets) for name, streets in found.items()}
    return sorted(found, key=repr) if isinstance(found, list | tuple) else found


def judge(show: Show, call: str, found: object, expected: object) -> None:
    """Compares names or streets, in any order."""
    assert in_any_order(found) == in_any_order(expected), (
        f"{call} gives {show(found)}, expected {show(expected)}"
    )


@BOTH
@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="session.scalars(select(Person).where(Person.name == name)).first() is a Person or None. The "
    "function gives three values, and not the object.",
)
def test_finds_a_person(
    submission: Submission, database: Relational, tables: "Tables", names: Names, show: Show
) -> None:
    """find_by_name() gives id, name and count of somebody with that name, or None"""
    one, twin, unknown = names(3)
    people = [(one, 3), (twin, 4), (twin, 5)]
    ids = tables.fill(people)
    rows = [(number, *person) for number, person in zip(ids, people, strict=True)]
    for name in (one, twin):
        found = submission.call("find_by_name", database, name)
        assert as_row(found) in [row for row in rows if row[1] == name], (
            f"find_by_name() gives {show(found)} for a name, expected id, name and count as in {show(rows)}"
        )
    found = submission.call("find_by_name", database, unknown)
    assert found is None, f"find_by_name() gives {show(found)} for a name that nobody has, expected None"


@BOTH
@check(
    points=2,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="A name is compared letter by letter, with ==: case counts, blanks count, % and _ are letters. A "
    "count can be 0 or negative.",
)
def test_finds_exactly_that_name(
    submission: Submission, database: Relational, tables: "Tables", odd_texts: list[str], long_text: str
) -> None:
    """find_by_name() finds exactly that name, whatever is in it"""
    *odd, missing = odd_texts
    people = [(name, place - 2) for place, name in enumerate([*odd, long_text])]
    ids = tables.fill(people)
    for number, person in zip(ids, people, strict=True):
        found = submission.call("find_by_name", database, person[0])
        assert as_row(found) == (number, *person), (
            f"find_by_name(session, {person[0]!r:.40}) finds another or nobody"
        )
    for name in (missing, "_", long_text[:-1], f"{long_text} "):
        found = submission.call("find_by_name", database, name)
        assert found is None, f"find_by_name(session, {name!r:.40}) finds somebody, and nobody is called so"


@BOTH
@check(
    points=4,
    criterion="query",
    timeout_s=5,
    hint="select(Person.name).join(Address) with where(Address.city == city) has a row for each address; "
    "distinct() makes each name one.",
)
def test_finds_people_in_a_city(
    submission: Submission, database: Relational, tables: "Tables", names: Names, show: Show
) -> None:
    """people_in() gives the names of those with an address in the city, each once"""
    one, two, three, here, there, nowhere, *streets = names(11)
    addresses = [(0, streets[0], here), (1, streets[1], here), (1, streets[2], there), (0, streets[3], here)]
    tables.fill([(one, 1), (two, 2), (three, 3)], addresses)
    for city, expected in ((here, [one, two]), (there, [two]), (nowhere, [])):
        found = submission.call("people_in", database, city)
        judge(show, f"people_in(session, {city!r})", found, expected)


@BOTH
@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="Namesakes in one city are one name. A city is compared letter by letter, and a person is there "
    "through any of their addresses.",
)
def test_finds_people_in_unusual_cities(
    submission: Submission,
    database: Relational,
    tables: "Tables",
    odd_texts: list[str],
    long_city: str,
    random: Random,
    show: Show,
) -> None:
    """people_in() gives each name once and compares cities letter by letter"""
    *cities, unknown = [*odd_texts, long_city, long_city[:-1]]
    people = [(name, 1) for name in ("twin", "twin", "one", "two", "three", *odd_texts)]
    places = [(random.randrange(5, len(people)), f"{number}", random.choice(cities)) for number in range(60)]
    places += [(0, "x", long_city), (1, "y", long_city), (1, "z", long_city)]
    # Cities whose names look like others, each with somebody who is nowhere else.
    places += [(2, "a", "Case"), (3, "b", "100 and lots"), (4, "c", "aba")]
    tables.fill(people, places)
    for city in (*cities, unknown):
        found = submission.call("people_in", database, city)
        expected = {people[place][0] for place, _, where in places if where == city}
        judge(show, f"people_in(session, {city!r:.40})", found, list(expected))


@BOTH
@check(
    points=4,
    criterion="query",
    timeout_s=5,
    hint="Begin with {name: [] for name in names}, and add the street of each address of these people. "
    "Person.name.in_(names) asks for all of them at once.",
)
def test_gives_addresses(
    submission: Submission, database: Relational, tables: "Tables", names: Names, show: Show
) -> None:
    """addresses_of() gives the streets by name: of namesakes together, and [] for nobody"""
    one, twin, homeless, unknown, other, *streets = names(11)
    addresses = [(place, street, "x") for place, street in zip((0, 0, 1, 2, 2, 4), streets, strict=True)]
    tables.fill([(one, 1), (twin, 2), (twin, 3), (homeless, 4), (other, 5)], addresses)
    found = submission.call("addresses_of", database, [twin, unknown, one, homeless])
    expected = {twin: streets[2:5], unknown: [], one: streets[:2], homeless: []}
    judge(show, f"addresses_of(session, {show([twin, unknown, one, homeless])})", found, expected)


@BOTH
@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="No names: {}. A name that is asked for twice is one key. A street stands there once for each "
    "address, and names are compared letter by letter.",
)
def test_gives_unusual_addresses(
    submission: Submission,
    database: Relational,
    tables: "Tables",
    odd_texts: list[str],
    long_text: str,
    random: Random,
    show: Show,
) -> None:
    """addresses_of() takes any list of names, and gives a street for each address"""
    people = [(name, 1) for name in ("twin", "twin", *odd_texts, long_text)]
    places = [(random.randrange(2, len(people)), text, "x") for text in [*odd_texts, long_text] * 3]
    places += [(0, "same", "x"), (0, "same", "y"), (1, "same", "x")]
    tables.fill(people, places)
    for asked in ([], ["twin"], [*odd_texts[:9], "twin", long_text, "CASE", "twin"], odd_texts[9:]):
        expected = {
            name: [street for place, street, _ in places if people[place][0] == name] for name in asked
        }
        found = submission.call("addresses_of", database, asked)
        judge(show, f"addresses_of() of {len(asked)} unusual names", found, expected)

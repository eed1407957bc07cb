"""What find_person and find_people give."""

from collections.abc import Callable
from random import Random

import pytest

from grader import Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Fill = Callable[[list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def ranked(database: Relational, at_least: int) -> list[tuple[object, ...]]:
    """Everybody with this count or more, in order."""
    rows = database.rows("select id, name, count from public.people")
    return sorted((row for row in rows if row[2] >= at_least), key=lambda row: (-row[2], row[1]))


def as_rows(found: object) -> object:
    """A list with tuples for lists, since either will do."""
    if not isinstance(found, list | tuple):
        return found
    return [tuple(row) if isinstance(row, list) else row for row in found]


@BOTH
@check(
    points=4,
    criterion="query",
    timeout_s=5,
    hint="`select id, name, count from people where name = ?`, with %s for ? in PostgreSQL; fetchone() gives"
    " one row, or None.",
)
def test_finds_a_person(
    submission: Submission, database: Relational, names: Names, fill: Fill, show: Show
) -> None:
    """find_person() gives id, name and count; None if there is nobody of that name"""
    *known, unknown = names(5)
    fill([(name, place * 10) for place, name in enumerate(known)])
    for name in known:
        (expected,) = database.rows("select id, name, count from public.people where name = $1", name)
        found = submission.call("find_person", database, name)
        assert as_rows([found]) == [expected], (
            f"find_person(conn, {show(name)}) gives {show(found)}, expected {show(expected)}"
        )
    found = submission.call("find_person", database, unknown)
    assert found is None, f"find_person() gives {show(found)} for a name that nobody has, expected None"


@BOTH
@check(
    points=4,
    criterion="query",
    timeout_s=5,
    hint="`order by count desc, name`. At least 3 means 3 or more.",
)
def test_finds_people_in_order(
    submission: Submission,
    database: Relational,
    plain_names: Names,
    fill: Fill,
    show: Show,
) -> None:
    """find_people() gives everybody with that count or more, the greatest count first, then by name"""
    # Of two with equal counts, here the later name is stored first and there the earlier: ids help nobody.
    names = sorted(plain_names(8))
    counts = {5: 3, 0: 30, 2: 200, 1: 3, 3: 4, 6: 30, 4: 2, 7: 1}
    fill([(names[place], count) for place, count in counts.items()])
    expected = ranked(database, 3)
    found = submission.call("find_people", database, 3)
    assert as_rows(found) == expected, (
        f"find_people(conn, 3) gives {names_and_counts(found, show)}, "
        f"expected {names_and_counts(expected, show)}, each with its id in front"
    )
    found = submission.call("find_people", database, 1_000)
    assert as_rows(found) == [], (
        f"find_people(conn, 1000) gives {show(found)} and nobody has that, expected []"
    )


def names_and_counts(found: object, show: Show) -> str:
    """Rows as a message has them: without ids, which nobody can know before."""
    rows = as_rows(found)
    if not isinstance(rows, list) or not all(isinstance(row, tuple) and len(row) == 3 for row in rows):
        return show(found)
    return show([row[1:] for row in rows])


@BOTH
@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="A name is compared letter by letter: case counts, blanks count, and % and _ are letters too.",
)
def test_finds_exactly_that_name(
    submission: Submission, database: Relational, odd_names: list[str], fill: Fill, show: Show
) -> None:
    """find_person() finds that name and no similar one"""
    similar = [
        ("ann", "Ann", "ANN"), ("100 _ lots", "100 % lots", "100 x lots"), ("ann ", " ann", "annn"),
        ("%", "_", "x"),
    ]  # fmt: skip
    groups = [*similar, *((name,) for name in odd_names)]
    fill([(name, place) for place, name in enumerate(name for group in groups for name in group[:2])])
    everybody = {row[1]: row for row in database.rows("select id, name, count from public.people")}
    for group in groups:
        for name in group:
            found, expected = submission.call("find_person", database, name), everybody.get(name)
            assert as_rows([found]) == [expected], (
                f"find_person(conn, {show(name)}) gives {show(found)}, expected {show(expected)}"
            )


@BOTH
@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="Counts are numbers: 9 is less than 10, and -2 less than 0. Equal counts are ordered by name, "
    "namesakes all count.",
)
def test_finds_people_at_the_edges(
    submission: Submission,
    database: Relational,
    random: Random,
    plain_names: Names,
    fill: Fill,
    show: Show,
) -> None:
    """find_people() takes any bound, and gives everybody with equal counts by name"""
    first, second, *others = plain_names(14)
    counts = [9, 10, 100, 0, -2, -30, 2_147_483_647, -2_147_483_647]
    people = [(name, random.choice(counts)) for name in others]
    fill([(first, 10), (second, -2), (first, 9), *people])
    for bound in (10, 9, 0, -2, -2_147_483_647, 2_147_483_647):
        expected = ranked(database, bound)
        found = submission.call("find_people", database, bound)
        assert as_rows(found) == expected, (
            f"find_people(conn, {bound}) gives {names_and_counts(found, show)}, "
            f"expected {names_and_counts(expected, show)}, each with its id in front"
        )

"""What set_count and remove_person change, and what they give."""

from collections.abc import Callable

import pytest

from grader import Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Fill = Callable[[list[Person]], None]
Expect = Callable[[str, list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
@check(
    points=4,
    criterion="update",
    timeout_s=5,
    hint="The result of an update() has rowcount, which says how many rows it concerned.",
)
def test_sets_counts(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """set_count() gives everybody of that name the new count, and says how many they are"""
    name, twin, other, unknown = names(4)
    fill([(name, 1), (twin, 2), (twin, 30), (other, 4)])
    for who, count, number in ((name, 100, 1), (twin, -7, 2), (unknown, 9, 0)):
        found = submission.call("set_count", database, who, count)
        assert found == number, f"set_count() gives {found!r} for a name that {number} people have"
    expect("set_count()", [(name, 100), (twin, -7), (twin, -7), (other, 4)])


@BOTH
@check(
    points=2,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="A name is compared letter by letter, with ==: case counts, blanks count, % and _ are letters. A "
    "count can be 0.",
)
def test_sets_counts_of_exactly_that_name(
    submission: Submission, database: Relational, odd_names: list[str], fill: Fill, expect: Expect
) -> None:
    """set_count() changes nobody of a similar name, and takes every count"""
    similar = ["ann", "Ann", "ann ", "100 % lots", "100 and lots", "a_a", "aba"]
    counts = dict.fromkeys([*similar, *odd_names], 1)
    fill(list(counts.items()))
    for who, count in (
        ("ann", 0),
        ("100 % lots", -2_147_483_647),
        ("a_a", 2_147_483_647),
        (odd_names[-1], 5),
    ):
        found = submission.call("set_count", database, who, count)
        assert found == 1, f"set_count() gives {found!r} for a name that one person has"
        counts[who] = count
    found = submission.call("set_count", database, "%", 9)
    assert found == 0, f"set_count() gives {found!r} for a name that nobody has"
    expect("set_count()", list(counts.items()))


@BOTH
@check(
    points=4,
    criterion="delete",
    timeout_s=5,
    hint="delete(people).where(people.c.name == name) removes everybody of that name; rowcount says how many."
    " % and _ are letters.",
)
def test_removes_people(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """remove_person() removes everybody of that name and nobody else, and says how many they were"""
    name, twin, other, unknown = names(4)
    similar = [("100 % lots", 5), ("100 and lots", 6), ("a_a", 7), ("aba", 8)]
    fill([(name, 1), (twin, 2), (twin, 30), (other, 4), *similar])
    for who, number in ((name, 1), (twin, 2), (unknown, 0), (name, 0), ("100 % lots", 1), ("a_a", 1)):
        found = submission.call("remove_person", database, who)
        assert found == number, f"remove_person() gives {found!r} for a name that {number} people have"
    expect("remove_person()", [(other, 4), ("100 and lots", 6), ("aba", 8)])

"""What count_by_initial gives."""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from grader import Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Fill = Callable[[list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="func.substr(people.c.name, 1, 1) is the first character in both databases. select() it with "
    "func.count(), group_by() it, and make a dict of the rows.",
)
def test_counts_by_initial(
    submission: Submission, database: Relational, plain_names: Names, fill: Fill, show: Show
) -> None:
    """count_by_initial() gives how many people there are by the first character of their names"""
    people = [(first + name, 3) for first, name in zip("aaabzxx", plain_names(7), strict=True)]
    fill(people)
    found = submission.call("count_by_initial", database)
    expected = {"a": 3, "b": 1, "z": 1, "x": 2}
    assert found == expected, f"count_by_initial() gives {show(found)}, expected {show(expected)}"


@BOTH
@check(
    points=4,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="The first character as it stands: A is not a, a blank is a character, and a word of another "
    "script begins with a character too. Every person counts. Nobody at all: {}.",
)
def test_counts_by_unusual_initial(
    submission: Submission,
    database: Relational,
    random: Random,
    odd_names: list[str],
    fill: Fill,
    show: Show,
) -> None:
    """count_by_initial() counts people, by any first character"""
    fill([])
    found = submission.call("count_by_initial", database)
    assert found == {}, f"count_by_initial() gives {show(found)} and there is nobody, expected {{}}"
    more = ["%", "_", "%%", "é", "É", "e", "E", "ß", "ss", "x", "X", "x", "x"]
    people = [(name, random.choice((-3, 0, 7))) for name in (*odd_names, *more)]
    database.execute_many("insert into people (name, count) values ($1, $2)", people)
    expected = dict(Counter(name[0] for name, _ in people))
    found = submission.call("count_by_initial", database)
    counts = found if isinstance(found, dict) else {}
    for initial, number in expected.items():
        assert counts.get(initial) == number, (
            f"count_by_initial() gives {show(counts.get(initial))} for {initial!r}, expected {number}"
        )
    assert found == expected, f"count_by_initial() gives {show(found)}, expected {len(expected)} initials"

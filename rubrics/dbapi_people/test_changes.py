"""What set_count, transfer and remove_person change, and what they give."""

from collections.abc import Callable

import pytest

from grader import Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Fill = Callable[[list[Person]], None]
Expect = Callable[[str, list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
@check(
    points=4,
    criterion="update",
    timeout_s=5,
    hint="After an update, the cursor's rowcount says how many rows it concerned.",
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
    points=4,
    criterion="update",
    timeout_s=5,
    hint="Take from the giver, give to the taker, and commit once, at the end.",
)
def test_transfers(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """transfer() moves a part of the giver's count to the taker"""
    giver, taker, other = names(3)
    fill([(giver, 50), (taker, 8), (other, 60)])
    found = submission.call("transfer", database, giver, taker, 20)
    expect("transfer() of 20 from a giver with 50 to a taker with 8", [(giver, 30), (taker, 28), (other, 60)])
    assert found is True, f"transfer() gives {found!r}, expected True"


@BOTH
@check(
    points=4,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="Whoever has exactly the amount can give it. A taker who is not there cannot take it, and then the "
    "giver keeps it.",
)
def test_transfers_at_the_edges(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """transfer() moves everything or gives False, and never makes a count negative"""
    giver, taker, poor, unknown = names(4)
    others = [(taker, -8), (poor, 0)]
    fill([(giver, 50), *others])
    for who, whom, amount, why in (
        (giver, taker, 51, "the giver has one too few"),
        (poor, giver, 1, "the giver has 0"),
        (taker, giver, 1, "the giver has less than 0"),
        (unknown, giver, 1, "there is no giver"),
        (giver, unknown, 1, "there is no taker"),
    ):
        found = submission.call("transfer", database, who, whom, amount)
        expect(f"transfer() where {why}", [(giver, 50), *others])
        assert found is False, f"transfer() gives {found!r} where {why}, expected False"
    found = submission.call("transfer", database, giver, taker, 50)
    expect("transfer() of all that the giver has", [(giver, 0), (taker, 42), (poor, 0)])
    assert found is True, f"transfer() gives {found!r} where the giver has just the amount, expected True"


@BOTH
@check(
    points=4,
    criterion="delete",
    timeout_s=5,
    hint="`delete from people where name = ?` removes everybody of that name; rowcount says how many. % and "
    "_ are letters.",
)
def test_removes_people(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect
) -> None:
    """remove_person() removes everybody of that name and nobody else, and says how many they were"""
    name, twin, other, unknown = names(4)
    fill(
        [
            (name, 1),
            (twin, 2),
            (twin, 30),
            (other, 4),
            ("100 % lots", 5),
            ("100 and lots", 6),
            ("a_a", 7),
            ("aba", 8),
        ]
    )
    for who, number in ((name, 1), (twin, 2), (unknown, 0), (name, 0), ("100 % lots", 1), ("a_a", 1)):
        found = submission.call("remove_person", database, who)
        assert found == number, f"remove_person() gives {found!r} for a name that {number} people have"
    expect("remove_person()", [(other, 4), ("100 and lots", 6), ("aba", 8)])

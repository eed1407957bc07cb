"""Names that look like SQL are names like any other."""

from collections.abc import Callable

import pytest

from grader import CallError, Relational, Submission, check

Person = tuple[str, int]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Fill = Callable[[list[Person]], None]
Expect = Callable[[str, list[Person]], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)

ROBERT = "Robert'); DROP TABLE people;--"
TRICKS = (
    "' or '1'='1", "x' or 1=1 --", "', 99), ('Eve", "\\' or 1=1 --", '" or ""="', "%s ? :name $1", "%", "?",
    "{name}",
)  # fmt: skip


def call(submission: Submission, name: str, *arguments: object) -> object:
    """Calls a function with a name that it must take like any other."""
    try:
        return submission.call(name, *arguments)
    except CallError as error:
        error.message = f"{name}() fails for a name that looks like SQL: {error.message}"
        raise


@BOTH
@check(
    points=2,
    criterion="safety",
    timeout_s=5,
    hint="`people.c.name == name` keeps the value apart from the statement. An f-string in text() or "
    "literal_column() does not.",
)
def test_robert_is_a_name(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect, show: Show
) -> None:
    """Robert'); DROP TABLE people;-- is a name like any other"""
    other = names(1)[0]
    fill([(other, 5), (ROBERT, 1)])
    call(submission, "add_person", database, ROBERT, 2)
    expect("add_person() of Robert", [(other, 5), (ROBERT, 1), (ROBERT, 2)])
    found = call(submission, "find_person", database, ROBERT)
    assert isinstance(found, list | tuple), f"find_person() gives {show(found)} for Robert"
    found = call(submission, "set_count", database, ROBERT, 3)
    expect("set_count() of Robert", [(other, 5), (ROBERT, 3), (ROBERT, 3)])
    call(submission, "remove_person", database, ROBERT)
    expect("remove_person() of Robert", [(other, 5)])


@BOTH
@check(
    points=4,
    criterion="safety",
    hidden=True,
    timeout_s=5,
    hint="No quoting of your own is safe. A comparison such as `people.c.name == name` keeps the value apart "
    "from the statement, whatever is in it.",
)
def test_tricks_are_names(
    submission: Submission, database: Relational, names: Names, fill: Fill, expect: Expect, show: Show
) -> None:
    """Quotes, comments and marks in a name change nothing but that person"""
    other = names(1)[0]
    fill([(other, 5)])
    for trick in TRICKS:
        found = call(submission, "find_person", database, trick)
        assert found is None, f"find_person(engine, {trick!r}) gives {show(found)}, and nobody has that name"
        for name, *rest in (("set_count", 9), ("remove_person",)):
            number = call(submission, name, database, trick, *rest)
            assert number == 0, f"{name}(engine, {trick!r}) gives {number!r}, and nobody has that name"
    expect("set_count() and remove_person() for names that nobody has", [(other, 5)])
    call(submission, "add_people", database, [(trick, 1) for trick in TRICKS])
    expect("add_people() of names that look like SQL", [(other, 5), *((trick, 1) for trick in TRICKS)])
    for trick in TRICKS:
        found = call(submission, "find_person", database, trick)
        assert found is not None, f"find_person(engine, {trick!r}) gives None, and somebody has that name"
        call(submission, "set_count", database, trick, 2)
    expect("set_count() of names that look like SQL", [(other, 5), *((trick, 2) for trick in TRICKS)])

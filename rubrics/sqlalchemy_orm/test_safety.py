"""Texts that look like SQL are texts like any other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader import CallError, Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Listed = Callable[[object], object]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)

ROBERT = "Robert'); DROP TABLE people;--"
TRICKS = (
    "' or '1'='1", "x' or 1=1 --", "', 99), ('Eve", "\\' or 1=1 --", '" or ""="', "%s ? :name $1", "?",
    "{name}", "') or ('' = '",
)  # fmt: skip
HINT = (
    "`Person.name == name` and `in_(names)` keep the value apart from the statement, and so do the objects "
    "that you add. An f-string in text() does not."
)


def call(submission: Submission, name: str, *arguments: object) -> object:
    """Calls a function with a text that it must take like any other."""
    try:
        return submission.call(name, *arguments)
    except CallError as error:
        error.message = f"{name}() fails for a text that looks like SQL: {error.message}"
        raise


@BOTH
@check(points=2, criterion="safety", timeout_s=5, hint=HINT)
def test_robert_is_a_name(
    submission: Submission, database: Relational, tables: "Tables", names: Names, show: Show, listed: Listed
) -> None:
    """Robert'); DROP TABLE people;-- is a name like any other"""
    other, another = names(2)
    _, second = tables.fill([(other, 5), (another, 6)])
    call(submission, "add_person", database, ROBERT, 2)
    tables.newcomers.append((ROBERT, 2))
    tables.expect("add_person() of Robert")
    found = call(submission, "find_by_name", database, ROBERT)
    assert isinstance(found, list | tuple), f"find_by_name() gives {show(found)} for Robert"
    call(submission, "rename", database, second, ROBERT)
    tables.people[second] = (ROBERT, 6)
    tables.expect("rename() to Robert")
    found = listed(call(submission, "addresses_of", database, [ROBERT]))
    assert found == {ROBERT: []}, f"addresses_of() gives {show(found)} for Robert, who has no address"


@BOTH
@check(points=2, criterion="safety", hidden=True, timeout_s=5, hint=HINT)
def test_tricks_are_texts(
    submission: Submission, database: Relational, tables: "Tables", names: Names, show: Show, listed: Listed
) -> None:
    """Quotes, comments and marks in a name, street or city change nothing else"""
    other, street, city = names(3)
    (known,) = tables.fill([(other, 5)], [(0, street, city)])
    for trick in TRICKS:
        for name, nothing in (("find_by_name", None), ("people_in", [])):
            found = listed(call(submission, name, database, trick))
            assert found == nothing, f"{name}(session, {trick!r}) gives {show(found)}, expected {nothing}"
        found = listed(call(submission, "addresses_of", database, [trick]))
        assert found == {trick: []}, f"addresses_of(session, [{trick!r}]) gives {show(found)}"
    for trick in TRICKS:
        call(submission, "add_address", database, known, trick, trick)
        tables.addresses.append((known, trick, trick))
        call(submission, "rename", database, known, trick)
        tables.people[known] = (trick, 5)
        tables.expect("rename() and add_address() with texts that look like SQL")
        found = listed(call(submission, "people_in", database, trick))
        assert found == [trick], f"people_in(session, {trick!r}) gives {show(found)}, expected one name"
    found = listed(call(submission, "addresses_of", database, [TRICKS[-1]]))
    streets = found.get(TRICKS[-1]) if isinstance(found, dict) else None
    assert isinstance(streets, list), (
        f"addresses_of() gives {show(found)}, expected a list of streets by name"
    )
    assert sorted(streets, key=repr) == sorted([street, *TRICKS], key=repr), (
        f"addresses_of() gives the streets {show(streets)} for somebody with {len(TRICKS) + 1} addresses"
    )

"""The session that a function is given: of either database, used again and again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader import Postgres, Sqlite, Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]
Listed = Callable[[object], object]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
@check(
    points=2,
    criterion="connect",
    timeout_s=5,
    hint="The same session comes again and again. It begins a transaction by itself, even to read, so that "
    "session.begin() after a read is one too many; session.commit() ends it.",
)
def test_functions_run_in_one_session(submission: Submission, tables: "Tables", names: Names) -> None:
    """Every function runs, one after the other, in the same session"""
    old, leaving, new, street, city = names(5)
    answers: list[object] = []
    ids = tables.fill([(old, 5), (leaving, 6), (old, 7), (leaving, 8)])
    for known, other in (ids[:2], ids[2:]):
        calls = (
            ("find_by_name", new),
            ("add_person", street, 7),
            ("people_in", city),
            ("add_address", known, f"{street} {known}", city),
            ("addresses_of", [new, old]),
            ("rename", known, f"{new} {known}"),
            ("find_by_name", f"{new} {known}"),
            ("remove", other),
        )
        answers += [submission.call(function, tables.database, *arguments) for function, *arguments in calls]
    assert any(answers), "every function runs, but none gives anything"


@check(
    points=4,
    criterion="connect",
    hidden=True,
    timeout_s=5,
    hint="Use the session that the function is given, each time. Whatever you keep from an earlier call may "
    "belong to another database.",
)
def test_one_program_with_two_databases(
    submission: Submission,
    sqlite: Sqlite,
    postgres: Postgres,
    tables_of: "Callable[..., Tables]",
    names: Names,
    listed: Listed,
) -> None:
    """The functions work for two databases in one program, and keep them apart"""
    first, second, new, street, city = names(5)
    both = [tables_of(sqlite), tables_of(postgres)]
    for tables, name in zip(both, (first, second), strict=True):
        (number,) = tables.fill([(name, 1)])
        submission.call("add_person", tables.database, new, 2)
        submission.call("add_address", tables.database, number, street, city)
        tables.newcomers.append((new, 2))
        tables.addresses.append((number, street, city))
    for tables in both:
        tables.expect("add_person() and add_address() in a program that uses two databases,")
    for tables, name, other in zip(both, (first, second), (second, first), strict=True):
        found = listed(submission.call("people_in", tables.database, city))
        assert found == [name], (
            f"people_in() gives {found!r} in a program that uses two databases, expected [{name!r}]"
        )
        found = submission.call("find_by_name", tables.database, other)
        assert found is None, f"find_by_name() gives {found!r} for somebody who is in the other database only"

"""The unit of work: what cannot be stored as a whole leaves nothing, and the session goes on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader import CallError, Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
HINT = (
    "A commit() or flush() that fails leaves the session in a state in which it does nothing until "
    "session.rollback(). Call it, and let the exception go on: `raise`."
)

# Another program's own, in whose way it is to remove a certain person: that with the count 77.
IN_THE_WAY = {
    "sqlite": (
        """
        create trigger visited before delete on people when old.count = 77
        begin select raise(abort, 'somebody has a visit'); end
        """,
    ),
    "postgres": (
        "create table visit (person_id integer not null references people)",
        "insert into visit (person_id) select id from people where count = 77",
    ),
}


def raises(submission: Submission, name: str, *arguments: object) -> bool:
    """Whether a call raises an exception."""
    try:
        submission.call(name, *arguments)
    except CallError:
        return True
    return False


@BOTH
@check(points=4, criterion="transaction", timeout_s=5, hint=HINT)
def test_bad_person_stores_nothing(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """add_person() and rename() with None raise an exception, store nothing, and the next call works"""
    old, *new = names(4)
    (known,) = tables.fill([(old, 5)])
    bad_calls = (("add_person", None, 3), ("add_person", new[0], None), ("rename", known, None))
    for (name, *arguments), good in zip(bad_calls, new, strict=True):
        call = f"{name}(session, {', '.join(map(repr, arguments))})"
        raised = raises(submission, name, database, *arguments)
        tables.expect(call)
        assert raised, f"{call} raises no exception"
        next_call(submission, database, call, "add_person", good, 7)
        tables.newcomers.append((good, 7))
        tables.expect(f"{call} and add_person(session, {good!r}, 7)")


def next_call(
    submission: Submission, database: Relational, before: str, name: str, *arguments: object
) -> object:
    """Calls a function in a session in which another has failed."""
    try:
        return submission.call(name, database, *arguments)
    except CallError as error:
        error.message = f"{name}() fails in the session in which {before} has failed: {error.message}"
        raise


@BOTH
@check(points=4, criterion="transaction", hidden=True, timeout_s=5, hint=HINT)
def test_bad_address_stores_nothing(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """add_address() without a street or a city raises, stores nothing, and the next call works"""
    name, street, city = names(3)
    (known,) = tables.fill([(name, 5)], [(0, street, city)])
    for bad in ((None, city), (street, None)):
        call = f"add_address() with {'no street' if bad[0] is None else 'no city'}"
        raised = raises(submission, "add_address", database, known, *bad)
        tables.expect(call)
        assert raised, f"{call} raises no exception"
        next_call(submission, database, call, "add_address", known, city, street)
        tables.addresses.append((known, city, street))
        tables.expect(f"{call} and add_address()")


@BOTH
@check(
    points=4,
    criterion="transaction",
    hidden=True,
    timeout_s=5,
    hint="A person and their addresses go in one transaction: one commit() at its end, and a rollback() if "
    "the database refuses a part of it.",
)
def test_refused_remove_keeps_everything(
    submission: Submission, database: Relational, tables: "Tables", names: Names
) -> None:
    """remove() of somebody whom the database keeps raises an exception, and the addresses stay too"""
    one, two, street, city = names(4)
    places = [(0, street, city), (0, city, street)]
    first, second = tables.fill([(one, 77), (two, 5)], places)
    for statement in IN_THE_WAY[database.name]:
        tables.change(statement)
    raised = raises(submission, "remove", database, first)
    tables.expect("remove() of somebody whom the database refuses to remove")
    assert raised, "remove() of somebody whom the database refuses to remove raises no exception"
    next_call(submission, database, "remove()", "remove", second)
    del tables.people[second]
    tables.expect("remove() of two people, of whom the database refuses to remove the first,")

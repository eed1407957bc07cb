"""What another program sees, and what outlives a crash."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Tables

Names = Callable[[int], list[str]]
Show = Callable[[object], str]
Listed = Callable[[object], object]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
@check(
    points=4,
    criterion="persistence",
    timeout_s=5,
    hint="session.flush() sends the changes, and only session.commit() makes them final, and visible to "
    "other programs. Ask the database each time: others change it too.",
)
def test_another_program_sees_the_people(
    submission: Submission, database: Relational, tables: "Tables", names: Names, show: Show, listed: Listed
) -> None:
    """A second program sees what the first has done, and the first what the second has done"""
    old, new, name, street, city = names(5)
    (known,) = tables.fill([(old, 1)])
    other = submission.start()
    submission.call("add_person", database, name, 3)
    submission.call("add_address", database, known, street, city)
    for person, gone in ((old, new), (new, old)):
        for program, which in ((submission, "the first"), (other, "a second")):
            session = tables.new_session()
            for one, count in ((name, 3), (person, 1)):
                found = listed(program.call("find_by_name", session, one))
                assert isinstance(found, list), (
                    f"find_by_name() gives {show(found)} in {which} program for somebody who is there"
                )
                assert found[1:] == [one, count], (
                    f"find_by_name() gives {show(found)} in {which} program, expected {one!r} and {count} "
                    "after the id"
                )
            found = program.call("find_by_name", session, gone)
            assert found is None, (
                f"find_by_name() gives {show(found)} in {which} program for a name that nobody has"
            )
            found = listed(program.call("people_in", session, city))
            assert found == [person], (
                f"people_in() gives {show(found)} in {which} program, expected {show([person])}"
            )
        other.call("rename", database, known, new)


@BOTH
@check(
    points=4,
    criterion="persistence",
    hidden=True,
    timeout_s=10,
    hint="Each function that changes something commits it before it returns. What was committed is there "
    "after a crash.",
)
def test_survives_a_crash(
    submission: Submission, database: Relational, tables: "Tables", names: Names, show: Show, listed: Listed
) -> None:
    """Whatever a function has done survives a crash of the program and of the server"""
    one, two, three, new, street, city = names(6)
    first, second = tables.fill([(one, 1), (two, 2)])
    submission.kill()
    for name, *arguments in (
        ("add_person", three, 3),
        ("add_address", first, street, city),
        ("rename", first, new),
        ("remove", second),
    ):
        submission.call(name, database, *arguments)
        submission.kill()
    database.crash()
    tables.people = {first: (new, 1)}
    tables.newcomers = [(three, 3)]
    tables.addresses = [(first, street, city)]
    tables.expect("a crash of program and server")
    found = listed(submission.call("people_in", database, city))
    assert found == [new], f"people_in() gives {show(found)} after a crash, expected one name"

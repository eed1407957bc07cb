"""What another program sees, and what outlives a crash."""

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
    criterion="persistence",
    timeout_s=5,
    hint="`with engine.begin() as connection:` commits at its end; with `engine.connect()` you call "
    "connection.commit(). Ask the database each time: others change what you have read.",
)
def test_another_program_sees_the_people(
    submission: Submission, database: Relational, names: Names, show: Show
) -> None:
    """A second program sees what the first has done, and the first what the second has done"""
    name, other = names(1)[0], submission.start()
    submission.call("create_tables", database)
    number = submission.call("add_person", database, name, 3)
    for count in (3, 5):
        for program, which in ((submission, "the first"), (other, "a second")):
            found = program.call("find_person", database, name)
            assert isinstance(found, list | tuple), (
                f"find_person() gives {show(found)} in {which} program after add_person() in the first"
            )
            assert list(found) == [number, name, count], (
                f"find_person() gives {show(found)} in {which} program, "
                f"expected {show((number, name, count))}"
            )
        other.call("set_count", database, name, 5)


@BOTH
@check(
    points=4,
    criterion="persistence",
    hidden=True,
    timeout_s=10,
    hint="Each function that changes something commits it before it returns. What was committed is there "
    "after a crash.",
)
def test_survives_a_crash(submission: Submission, database: Relational, names: Names, expect: Expect) -> None:
    """Whatever a function has done survives a crash of the program and of the server"""
    one, two, three = names(3)
    submission.call("create_tables", database)
    submission.kill()
    for name, *arguments in (
        ("add_person", one, 10),
        ("add_people", [(two, 20), (three, 30)]),
        ("set_count", one, 11),
        ("remove_person", three),
    ):
        submission.call(name, database, *arguments)
        submission.kill()
    database.crash()
    expect("a crash of program and server", [(one, 11), (two, 20)])
    found = submission.call("find_people", database, 0)
    rows = found if isinstance(found, list | tuple) else []
    assert sorted(list(row)[1:] for row in rows) == sorted([[one, 11], [two, 20]]), (
        f"find_people(engine, 0) gives {found!r} after a crash, expected two people"
    )

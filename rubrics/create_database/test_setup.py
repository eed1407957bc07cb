"""The choice of a database, and its preparation."""

from collections.abc import Callable
from typing import Any

from grader import Submission, check
from grader.services.base import Service

Reading = dict[str, Any]
Write = Callable[..., str]
RangeFault = Callable[[list[Reading], object], str]
Forget = Callable[[], None]


@check(
    points=4,
    criterion="connect",
    timeout_s=5,
    hint="BACKEND says which database you chose. setup() comes before everything else; a database in which "
    "nothing was loaded gives None and empty lists.",
)
def test_works_on_the_chosen_database(submission: Submission, db: Service) -> None:
    """Every question can be asked of the database that BACKEND names, before anything is in it"""
    submission.call("setup", db)
    nothing = submission.call("one", db, "LYS-1", "2024-02-29")
    assert nothing is None, f"one() gives {nothing!r} before anything was loaded, expected None"
    for name, arguments in (("many", ("Lyon", "2024-01-01", "2024-12-31")), ("hottest", (3,))):
        nothing = submission.call(name, db, *arguments)
        assert nothing in ([], ()), f"{name}() gives {nothing!r} before anything was loaded, expected []"


@check(
    points=4,
    criterion="schema",
    timeout_s=5,
    hint="Other programs call setup(), too, when the database is full: make only what is not there yet.",
)
def test_second_setup_keeps_the_data(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    range_fault: RangeFault,
    forget: Forget,
) -> None:
    """A second setup() changes nothing"""
    submission.call("setup", db)
    submission.call("setup", db)
    submission.call("load", db, write(readings))
    submission.call("setup", db)
    forget()
    city = readings[0]["city"]
    expected = [reading for reading in readings if reading["city"] == city]
    wrong = range_fault(expected, submission.call("many", db, city, "2023-01-01", "2024-12-31"))
    assert not wrong, f"many() after a second setup(): {wrong}"


@check(
    points=2,
    criterion="schema",
    hidden=True,
    timeout_s=5,
    hint="Every program that uses the database calls setup() when it starts.",
)
def test_setup_in_another_program(
    submission: Submission,
    db: Service,
    readings: list[Reading],
    write: Write,
    difference: Callable[[Reading, object], str],
) -> None:
    """setup() in another program keeps what is there, and more can be loaded after it"""
    half, other = len(readings) // 2, submission.start()
    submission.call("setup", db)
    submission.call("load", db, write(readings[:half]))
    other.call("setup", db)
    other.call("load", db, write(readings[half:], "more.csv"))
    submission.start_afresh()
    for reading in readings[::7]:
        wrong = difference(reading, other.call("one", db, reading["station"], reading["date"]))
        assert not wrong, f"one() after setup() in another program: {wrong}"

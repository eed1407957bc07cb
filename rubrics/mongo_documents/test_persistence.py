"""What is left when a program ends or the server crashes."""

import time
from collections.abc import Callable
from typing import Any

from grader import MongoDB, StudentProcess, Submission, check

Document = dict[str, Any]
Stored = Callable[[], dict[str, Document]]

# Within this, and the moment that a kill takes, the server has not written its journal by itself.
JOURNAL_WINDOW_S = 0.3
TRIES = 12


def add_and_crash(process: StudentProcess, mongodb: MongoDB, document: Document) -> str:
    """Adds a document and crashes the server before it writes its journal by itself; gives the name it had.

    On a machine that is busy the call can take too long for that: then another document is the last one.
    """
    name = ""
    for attempt in range(TRIES):
        name = f"Last {attempt}"
        # From before the flush: how long ago it was is never underestimated.
        started = time.monotonic()
        mongodb.flush_journal()
        process.call("add", mongodb, {**document, "name": name})
        process.kill()
        if time.monotonic() - started < JOURNAL_WINDOW_S:
            break
    mongodb.crash()
    return name


@check(
    points=5,
    criterion="persistence",
    timeout_s=10,
    hint="By default the server answers before a document is on the disk. A write concern with j=True, or "
    "w='majority', waits for that: db.get_collection('docs', write_concern=...).",
)
def test_added_document_survives_a_crash(
    submission: Submission, mongodb: MongoDB, people: list[Document], stored: Stored,
    warm_up: Callable[[], None], put: Callable[[list[Document]], list[str]],
) -> None:  # fmt: skip
    """A document is there after a crash of the server right after add()"""
    # The server writes its journal when it makes a collection, too.
    put(people[1:])
    warm_up()
    last = add_and_crash(submission, mongodb, {"age": 7, "born": people[0]["born"]})
    names = [document.get("name") for document in stored().values()]
    assert last in names, "add() returned, the server crashed, and after its start the document is gone"


@check(
    points=4,
    criterion="persistence",
    hidden=True,
    timeout_s=15,
    hint="Each add() must be on the disk when it returns: the first and the tenth, in any program.",
)
def test_each_of_many_survives_a_crash(
    submission: Submission,
    mongodb: MongoDB,
    people: list[Document],
    stored: Stored,
    warm_up: Callable[[], None],
) -> None:
    """Documents are there after a crash, whoever added them and whenever"""
    submission.call("add", mongodb, {**people[0], "name": "First"})
    submission.restart()
    warm_up()
    submission.call("add", mongodb, {**people[1], "name": "Second"})
    last = add_and_crash(submission, mongodb, {"age": 7})
    missing = {"First", "Second", last} - {document.get("name") for document in stored().values()}
    assert not missing, f"{len(missing)} of 3 added documents are gone after a crash of the server"


@check(
    points=2,
    criterion="persistence",
    timeout_s=5,
    hint="What your program keeps in a variable ends with it, and no other program sees it.",
)
def test_another_process_sees_it(
    submission: Submission, mongodb: MongoDB, people: list[Document], stored: Stored
) -> None:
    """Another program sees what one has stored, and its changes"""
    submission.call("add", mongodb, people[0])
    assert len(stored()) == 1, f"docs has {len(stored())} documents after one call of add()"
    [key] = stored()
    other = submission.start()
    for name in (people[0]["name"], "Renamed elsewhere"):
        for whose, process in (("the program that added it", submission), ("another program", other)):
            found = process.call("by_id", mongodb, key)
            seen = found.get("name") if isinstance(found, dict) else found
            assert seen == name, f"by_id() in {whose} gives the name {seen!r}, expected {name!r}"
        other.call("rename", mongodb, key, "Renamed elsewhere")

"""What `remove` and `drop` take away."""

from collections.abc import Callable
from typing import Any

from grader import MongoDB, Submission, check

Document = dict[str, Any]
Put = Callable[[list[Document]], list[str]]
Show = Callable[[object], str]
Stored = Callable[[], dict[str, Document]]


@check(
    points=2,
    criterion="delete",
    timeout_s=5,
    hint="delete_one() gives a result with a deleted_count.",
)
def test_removes_a_document(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored, show: Show
) -> None:
    """remove() removes one document, and says whether it was there"""
    people[1]["name"] = people[0]["name"]
    removed, *kept = put(people)
    for expected in (True, False):
        given = submission.call("remove", mongodb, removed)
        assert removed not in stored(), "remove(db, id) leaves the document in docs"
        assert set(stored()) == set(kept), (
            f"remove(db, id) leaves {len(stored())} of {len(kept)} other documents"
        )
        time = "a document that is there" if expected else "one that was removed before"
        assert given is expected, f"remove(db, id) gives {show(given)} for {time}, expected {expected}"


@check(
    points=2,
    criterion="delete",
    timeout_s=5,
    hint="A collection without documents is still there. Others in the same database are not yours to drop.",
)
def test_drops_the_collection(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put
) -> None:
    """drop() removes the collection docs, and no other"""
    put(people)
    mongodb.database.docs_of_another.insert_one({"name": "not yours"})
    submission.call("drop", mongodb)
    left = mongodb.database.list_collection_names()
    assert "docs" not in left, "the collection docs is still there after drop(db)"
    assert mongodb.database.docs_of_another.count_documents({}) == 1, "drop(db) removes another collection"


@check(
    points=2,
    criterion="delete",
    hidden=True,
    timeout_s=5,
    hint="The first document makes the collection, so that it can be missing; after drop() all works on.",
)
def test_drops_what_is_not_there(
    submission: Submission, mongodb: MongoDB, people: list[Document], stored: Stored
) -> None:
    """drop() is harmless without a collection, and all works after it"""
    submission.call("drop", mongodb)
    submission.call("add", mongodb, people[0])
    submission.call("drop", mongodb)
    submission.call("drop", mongodb)
    assert not stored(), f"docs has {len(stored())} documents after drop(db)"
    submission.call("add", mongodb, people[1])
    assert len(stored()) == 1, f"docs has {len(stored())} documents after drop(db) and one call of add()"

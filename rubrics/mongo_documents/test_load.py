"""What `add` and `import_documents` store."""

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

from bson import ObjectId

from grader import MongoDB, Submission, check

Document = dict[str, Any]
Difference = Callable[[Document, object], str]
ListingFault = Callable[..., str]
Put = Callable[[list[Document]], list[str]]
Show = Callable[[object], str]
Stored = Callable[[], dict[str, Document]]

# What runs beside the submission, since arguments that cross are copies.
CALLER = """
import documents


def after_add(db, document):
    documents.add(db, document)
    return document


def after_import(db, several):
    documents.import_documents(db, several)
    return several


def after_replace(db, id, document):
    documents.replace(db, id, document)
    return document
"""


@check(
    points=4,
    criterion="load",
    timeout_s=5,
    hint="insert_one() gives a result with an inserted_id, an ObjectId; str() makes the 24 hex digits of it.",
)
def test_add_stores_a_document(
    submission: Submission, mongodb: MongoDB, people: list[Document], stored: Stored, difference: Difference,
    show: Show,
) -> None:  # fmt: skip
    """add() stores a document and gives its id"""
    for number, person in enumerate(people[:3], start=1):
        given = submission.call("add", mongodb, person)
        assert isinstance(given, str) and re.fullmatch("[0-9a-f]{24}", given), (  # noqa: PT018 - one message
            f"add(db, document) gives {show(given)}, expected the 24 hex digits of the new document's id"
        )
        documents = stored()
        assert mongodb.database.docs.find_one(ObjectId(given)), (
            f"add(db, document) gives {given}, and no document in docs has the _id ObjectId('{given}')"
        )
        wrong = difference(person, documents[given])
        assert not wrong, f"what add(db, document) has stored: {wrong}"
        assert len(documents) == number, f"docs has {len(documents)} documents after {number} calls of add()"


@check(
    points=3,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="MongoDB keeps texts, numbers, dates, lists and dicts as they are: hand them on as they come.",
)
def test_values_keep_their_types(
    submission: Submission, mongodb: MongoDB, stored: Stored, difference: Difference
) -> None:
    """add() stores every value as it is"""
    document = {
        "name": 'L\'Aigle "the eagle" {0} %s \\ 100 %_ 🌠 A\u030a',
        "age": 7,
        "count": 2**40,
        "below": -3,
        "height": 1.75,
        "zero": 0,
        "yes": True,
        "nothing": None,
        "empty": "",
        "digits": "007",
        "when": datetime(1815, 12, 10, 23, 59, 59, 999_000),  # noqa: DTZ001 - a date in MongoDB has no zone
        "long_ago": datetime(1, 1, 1),  # noqa: DTZ001 - the same
        "bytes": b"\x00\xff",
        "deep": {"list": [1, [2.5, {"on": datetime(2020, 2, 29)}], []], "dict": {}},  # noqa: DTZ001 - the same
        "text": "long " * 20_000,
    }
    submission.call("add", mongodb, document)
    documents = list(stored().values())
    assert len(documents) == 1, f"docs has {len(documents)} documents after one call of add()"
    wrong = difference(document, documents[0])
    assert not wrong, f"what add(db, document) has stored: {wrong}"


@check(
    points=3,
    criterion="load",
    timeout_s=5,
    hint="insert_one() writes the new _id into the dict that it is given. Give it a copy.",
)
def test_add_leaves_the_callers_dict_alone(
    submission: Submission, mongodb: MongoDB, people: list[Document], stored: Stored, difference: Difference
) -> None:
    """add() does not change the caller's dict"""
    left = submission.probe(CALLER, "after_add", mongodb, people[0])
    assert len(stored()) == 1, f"docs has {len(stored())} documents after one call of add()"
    added = set(left) - set(people[0]) if isinstance(left, dict) else set()
    assert not added, f"after add(db, document) the caller's document has the new field {min(added)!r}"
    wrong = difference(people[0], left)
    assert not wrong, f"the caller's document after add(db, document): {wrong}"


@check(
    points=2,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="insert_many() and InsertOne() write the new _id into each dict, too. Give them copies.",
)
def test_other_functions_leave_the_callers_dicts_alone(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored
) -> None:
    """import_documents() and replace() do not change the caller's dicts"""
    first, *several = people
    [key] = put([first])
    new = {"name": "New", "address": {"city": "Łódź"}}
    left = submission.probe(CALLER, "after_replace", mongodb, key, new)
    assert left == new, "replace() has changed the caller's document"
    left = submission.probe(CALLER, "after_import", mongodb, several)
    assert len(stored()) == len(people), (
        f"import_documents() has stored {len(stored()) - 1} of {len(several)}"
    )
    assert left == several, "import_documents() has changed the caller's documents"


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="insert_many() stores a list of documents. Copies of dicts are made by dict() or copy.deepcopy().",
)
def test_imports_documents(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored,
    listing_fault: ListingFault, show: Show,
) -> None:  # fmt: skip
    """import_documents() stores all documents and gives their number"""
    put(people[:2])
    given = submission.call("import_documents", mongodb, people[2:])
    wrong = listing_fault(people, list(stored().values()))
    assert not wrong, f"docs after import_documents(db, documents), with 2 that were there before: {wrong}"
    assert given == len(people) - 2, (
        f"import_documents() gives {show(given)}, expected {len(people) - 2}, the number of documents stored"
    )


@check(
    points=3,
    criterion="load",
    timeout_s=5,
    hint="insert_many() stops at the first document that is refused, unless it is told ordered=False. The "
    "BulkWriteError has in its details how many were stored.",
)
def test_bad_document_does_not_stop_the_others(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored,
    listing_fault: ListingFault, show: Show,
) -> None:  # fmt: skip
    """import_documents() goes on after a document that the server refuses"""
    first, *others = people
    [key] = put([first])
    bad = {"_id": ObjectId(key), "name": "An _id that is there"}
    given = submission.call("import_documents", mongodb, [*others[:3], bad, *others[3:]])
    wrong = listing_fault(people, list(stored().values()))
    assert not wrong, (
        f"docs after importing {len(others)} good documents, and one whose _id was there: {wrong}"
    )
    assert given == len(others), (
        f"import_documents() gives {show(given)}, expected {len(others)}, the number of documents stored"
    )


@check(
    points=4,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="A list can have many bad documents, nothing but bad ones, or two that exclude each other.",
)
def test_many_bad_documents(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored,
    listing_fault: ListingFault, show: Show,
) -> None:  # fmt: skip
    """import_documents() copes with many bad documents of all kinds"""
    submission.call("ensure_indexes", mongodb)
    kept = {**people[0], "email": "there@example.org"}
    [key] = put([kept])
    bad = [{"name": f"Bad {n}", "email": "there@example.org"} for n in range(3)]
    bad.append({"name": "Bad too", "_id": ObjectId(key)})
    good = [{**one, "_id": ObjectId(), "email": f"{at}@here"} for at, one in enumerate(people[1:])]
    again = {"name": "The same again", "_id": good[0]["_id"]}
    mixed = [bad[0], *good[:2], bad[1], bad[3], *good[2:], bad[2], again]
    for sent, number in ((mixed, len(good)), (bad, 0)):
        given = submission.call("import_documents", mongodb, sent)
        assert given == number, (
            f"import_documents() gives {show(given)} for {number} good documents among {len(sent)}"
        )
    without_ids = [{name: value for name, value in one.items() if name != "_id"} for one in good]
    wrong = listing_fault([kept, *without_ids], list(stored().values()))
    assert not wrong, f"docs after importing good and bad documents: {wrong}"
    lost = {str(one["_id"]) for one in good} - set(stored())
    assert not lost, f"{len(lost)} of {len(good)} documents have not kept the _id that they came with"


@check(
    points=1,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="insert_many() refuses an empty list.",
)
def test_nothing_to_import(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored, show: Show
) -> None:
    """import_documents() copes with an empty list"""
    put(deepcopy(people))
    given = submission.call("import_documents", mongodb, [])
    assert given == 0, f"import_documents(db, []) gives {show(given)}, expected 0"
    assert len(stored()) == len(people), f"import_documents(db, []) leaves {len(stored())} of {len(people)}"

"""What `ensure_indexes` makes: a rule for e-mails and a short way to names; and work left to the server."""

from collections.abc import Callable
from typing import Any

from pymongo.errors import PyMongoError

from grader import CallError, MongoDB, Submission, check

Document = dict[str, Any]
Put = Callable[[list[Document]], list[str]]
Show = Callable[[object], str]
Stored = Callable[[], dict[str, Document]]

NAMESAKES = 3
# Twice what is needed, and some more for a look around.
DOCUMENTS_READ = 2 * NAMESAKES + 10
DOCUMENTS_FETCHED = 40
WRITES = {"insert", "update", "delete", "findandmodify"}


@check(
    points=3,
    criterion="schema",
    timeout_s=5,
    hint="create_index() can make a unique index: then the server refuses a value that is there.",
)
def test_email_is_there_once(
    submission: Submission, mongodb: MongoDB, people: list[Document], stored: Stored
) -> None:
    """After ensure_indexes() an e-mail that is there is refused by add()"""
    submission.call("ensure_indexes", mongodb)
    submission.call("add", mongodb, people[0])
    twin = {**people[1], "email": people[0]["email"]}
    try:
        submission.call("add", mongodb, twin)
    except CallError:
        pass
    else:
        documents = sum(document.get("email") == twin["email"] for document in stored().values())
        raise AssertionError(
            f"add() raised nothing for an e-mail that is there; {documents} documents have it now"
        )
    assert len(stored()) == 1, f"docs has {len(stored())} documents after add() refused the second of two"
    submission.call("add", mongodb, people[1])
    assert len(stored()) == 2, f"docs has {len(stored())} documents, expected 2 with different e-mails"


@check(
    points=2,
    criterion="schema",
    hidden=True,
    timeout_s=5,
    hint="For a unique index a missing field is None, and two Nones are equal: read about sparse and partial "
    "indexes.",
)
def test_email_can_be_missing(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored
) -> None:
    """After ensure_indexes() any number of documents have no e-mail"""
    without = [{name: value for name, value in one.items() if name != "email"} for one in people]
    put(without[:3])
    submission.call("ensure_indexes", mongodb)
    submission.call("add", mongodb, without[3])
    submission.call("add", mongodb, without[4])
    assert len(stored()) == 5, f"docs has {len(stored())} of 5 documents without an e-mail"


@check(
    points=2,
    criterion="schema",
    hidden=True,
    timeout_s=5,
    hint="Other programs store documents too. Only the database sees them all.",
)
def test_database_itself_refuses(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored
) -> None:
    """After ensure_indexes() the database refuses an e-mail that is there, whoever stores it"""
    put(people[:1])
    submission.call("ensure_indexes", mongodb)
    try:
        put([{**people[1], "email": people[0]["email"]}])
    except PyMongoError:
        pass
    else:
        raise AssertionError("another program can store an e-mail that is there")
    put([{**people[1], "email": "Other@example.org"}])
    assert len(stored()) == 2, f"docs has {len(stored())} documents, expected 2 with different e-mails"


@check(
    points=1,
    criterion="schema",
    hidden=True,
    timeout_s=5,
    hint="create_index() is harmless if the index is there.",
)
def test_ensures_indexes_again(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored
) -> None:
    """ensure_indexes() is harmless on a filled collection and the second time"""
    put([{**person, "email": f"{at}@example.org"} for at, person in enumerate(people)])
    before = stored()
    for time in ("the first", "the second"):
        submission.call("ensure_indexes", mongodb)
        assert stored() == before, f"ensure_indexes(db) changes what is stored, {time} time"
        indexes = mongodb.database.docs.index_information()
        assert len(indexes) > 1, f"docs has no index but that of _id after ensure_indexes(db), {time} time"


@check(
    points=4,
    criterion="performance",
    timeout_s=5,
    hint="Without an index on name the server reads every document. explain() of a cursor tells its plan.",
)
def test_finds_names_by_an_index(
    submission: Submission, mongodb: MongoDB, many_people: list[Document], put: Put, show: Show
) -> None:
    """by_name() finds its documents through an index"""
    put([{**person, "name": "Grace"} if at < NAMESAKES else person for at, person in enumerate(many_people)])
    submission.call("ensure_indexes", mongodb)
    with mongodb.profile() as work:
        found = submission.call("by_name", mongodb, "Grace")
    number = len(found) if isinstance(found, list) else None
    assert number == NAMESAKES, f"by_name(db, 'Grace') gives {show(found)}, expected {NAMESAKES} documents"
    read = work.documents_examined
    assert read <= DOCUMENTS_READ, (
        f"by_name() makes the server read {read} of {len(many_people)} documents to find {NAMESAKES}; "
        f"its plan is {', '.join(work.plans)}"
    )


@check(
    points=2,
    criterion="performance",
    timeout_s=5,
    hint="insert_many() sends many documents with one command, insert_one() a command for each.",
)
def test_imports_in_bulk(
    submission: Submission, mongodb: MongoDB, many_people: list[Document], stored: Stored
) -> None:
    """import_documents() sends at most one insert or update for 100 documents"""
    with mongodb.profile() as work:
        submission.call("import_documents", mongodb, many_people)
    assert len(stored()) == len(many_people), f"{len(stored())} of {len(many_people)} documents are stored"
    commands = [one.command for one in work.operations if one.command.lower() in WRITES]
    most = -(-len(many_people) // 100)
    assert len(commands) <= most, (
        f"import_documents() sends {len(commands)} commands that write ({', '.join(sorted(set(commands)))}) "
        f"for {len(many_people)} documents, expected at most {most}"
    )


@check(
    points=3,
    criterion="performance",
    hidden=True,
    timeout_s=5,
    hint="aggregate() counts in the server, and only the counts travel.",
)
def test_server_counts_interests(
    submission: Submission, mongodb: MongoDB, many_people: list[Document], put: Put, show: Show
) -> None:
    """interest_counts() lets the server count"""
    put(many_people)
    with mongodb.profile() as work:
        found = submission.call("interest_counts", mongodb)
    assert isinstance(found, dict), f"interest_counts(db) gives {show(found)}, expected a dict"
    total = sum(len(person["interests"]) for person in many_people)
    counted = sum(number for number in found.values() if isinstance(number, int))
    assert counted == total, f"interest_counts(db) counts {counted} interests, expected {total}"
    fetched = sum(operation.returned for operation in work.operations)
    assert fetched <= DOCUMENTS_FETCHED, (
        f"interest_counts(db) fetches {fetched} documents from the server for {len(found)} interests"
    )
    # One document can hold all of them.
    size_bytes = sum(len(interest.encode()) for person in many_people for interest in person["interests"])
    assert work.sent_bytes <= size_bytes // 2, (
        f"interest_counts(db) has the server send {work.sent_bytes:,} bytes for {len(found)} interests; "
        f"all the interests in docs have {size_bytes:,}"
    )

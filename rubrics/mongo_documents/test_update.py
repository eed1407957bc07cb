"""What the changing functions change, and what they leave alone."""

from collections.abc import Callable
from typing import Any

from grader import MongoDB, Submission, check

Document = dict[str, Any]
Difference = Callable[[Document, object], str]
Put = Callable[[list[Document]], list[str]]
Show = Callable[[object], str]
Stored = Callable[[], dict[str, Document]]

UNKNOWN = "0123456789abcdef01234567"


@check(
    points=3,
    criterion="update",
    timeout_s=5,
    hint="update_one() with {'$set': {...}} changes the fields that are named there, and no others.",
)
def test_renames(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored,
    difference: Difference, show: Show,
) -> None:  # fmt: skip
    """rename() changes the name and nothing else"""
    people[1]["name"] = people[0]["name"]
    keys = put(people)
    given = submission.call("rename", mongodb, keys[1], "Žofie O'Neil")
    documents = stored()
    for key, person in zip(keys, people, strict=True):
        expected = {**person, "name": "Žofie O'Neil"} if key == keys[1] else person
        whose = "the document" if key == keys[1] else "another document"
        wrong = difference(expected, documents.get(key))
        assert not wrong, f'after rename(db, id, "Žofie O\'Neil"), {whose}: {wrong}'
    assert given is True, f"rename() gives {show(given)} for an id that is there, expected True"
    given = submission.call("rename", mongodb, UNKNOWN, "Nobody")
    assert given is False, f"rename() gives {show(given)} for an id that is not there, expected False"


@check(
    points=3,
    criterion="update",
    timeout_s=5,
    hint="replace_one() puts a whole document in the place of another, which keeps its _id.",
)
def test_replaces(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored,
    difference: Difference, show: Show,
) -> None:  # fmt: skip
    """replace() puts a document in the place of another, with no field left over"""
    keys = put(people)
    new = {"name": "Replaced", "age": 1, "born": people[1]["born"], "note": {"from": "Ådalen"}}
    given = submission.call("replace", mongodb, keys[0], new)
    documents = stored()
    wrong = difference(new, documents.get(keys[0]))
    assert not wrong, f"after replace(db, id, document), the document with this id: {wrong}"
    wrong = difference(people[1], documents.get(keys[1]))
    assert not wrong, f"after replace(db, id, document), a document with another id: {wrong}"
    assert len(documents) == len(people), (
        f"of {len(people)} documents {len(documents)} are there after replace()"
    )
    assert given is True, f"replace() gives {show(given)} for an id that is there, expected True"
    given = submission.call("replace", mongodb, UNKNOWN, new)
    assert given is False, f"replace() gives {show(given)} for an id that is not there, expected False"


@check(
    points=3,
    criterion="update",
    timeout_s=5,
    hint="$push adds to a list whatever is in it. Which operator adds only what is not there yet?",
)
def test_adds_an_interest_once(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored,
    difference: Difference, show: Show,
) -> None:  # fmt: skip
    """add_interest() adds an interest once"""
    without = {name: value for name, value in people[0].items() if name != "interests"}
    keys = put([{**people[0], "interests": ["chess", "Python"]}, without, *people[1:]])
    for time in ("the first time", "the second time"):
        for key, before in ((keys[0], ["chess", "Python"]), (keys[1], [])):
            given = submission.call("add_interest", mongodb, key, "C++")
            assert given is True, f"add_interest() gives {show(given)} {time}, expected True"
            expected = {**without, "interests": [*before, "C++"]}
            wrong = difference(expected, stored().get(key))
            assert not wrong, f"after add_interest(db, id, 'C++'), {time}: {wrong}"
    given = submission.call("add_interest", mongodb, UNKNOWN, "C++")
    assert given is False, f"add_interest() gives {show(given)} for an id that is not there, expected False"
    wrong = difference(people[1], stored().get(keys[2]))
    assert not wrong, f"a document with another id, after add_interest(): {wrong}"


@check(
    points=2,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="A result's matched_count says how many were found, modified_count how many were really changed.",
)
def test_change_that_changes_nothing(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, show: Show
) -> None:
    """rename() and replace() give True for a document that is there, changed or not"""
    key, *_ = put(people)
    for name, value in (("rename", people[0]["name"]), ("replace", people[0])):
        given = submission.call(name, mongodb, key, value)
        assert given is True, f"{name}() gives {show(given)} for a document that was like this before"


@check(
    points=2,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="Without such a document nothing is stored: upsert stores a new one.",
)
def test_unknown_ids_change_nothing(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored, show: Show
) -> None:
    """A change to a document that is not there stores nothing"""
    put(people)
    before = stored()
    for name, value in (("rename", "Nobody"), ("replace", {"name": "Nobody"}), ("add_interest", "birds")):
        given = submission.call(name, mongodb, UNKNOWN, value)
        assert given is False, f"{name}() gives {show(given)} for an id that is not there, expected False"
        assert stored() == before, f"{name}() with an id that is not there changes what is stored"


@check(
    points=2,
    criterion="update",
    timeout_s=5,
    hint="update_many() changes all documents that fit, and $inc adds to a number.",
)
def test_birthday(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored,
    difference: Difference, show: Show,
) -> None:  # fmt: skip
    """birthday() makes everybody a year older"""
    keys = put(people)
    given = submission.call("birthday", mongodb)
    documents = stored()
    for key, person in zip(keys, people, strict=True):
        wrong = difference({**person, "age": person["age"] + 1}, documents.get(key))
        assert not wrong, f"after birthday(db), a document whose age was {person['age']}: {wrong}"
    assert given == len(people), f"birthday(db) gives {show(given)}, expected {len(people)}, those changed"


@check(
    points=3,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="Only numbers are ages. $inc fails on a text, and gives an age to a document that has none.",
)
def test_birthday_of_those_without_an_age(
    submission: Submission, mongodb: MongoDB, put: Put, stored: Stored, difference: Difference, show: Show
) -> None:
    """birthday() leaves documents without a numeric age alone"""
    given = submission.call("birthday", mongodb)
    assert given == 0, f"birthday(db) gives {show(given)} where nothing is stored, expected 0"
    ages = (0, "41", -1, None, 1.5, "", 2**31 - 1, 2**40)
    people = [{"name": f"Person {at}", "age": age, "years": 5} for at, age in enumerate(ages)]
    people.append({"name": "Without", "years": 5})
    keys = put(people)
    given = submission.call("birthday", mongodb)
    documents = stored()
    for key, person in zip(keys, people, strict=True):
        is_number = isinstance(person.get("age"), int | float)
        expected = {**person, "age": person["age"] + 1} if is_number else person
        wrong = difference(expected, documents.get(key))
        assert not wrong, f"after birthday(db), a document whose age was {person.get('age')!r}: {wrong}"
    assert given == 5, f"birthday(db) gives {show(given)}, expected 5, those with a numeric age"


@check(
    points=2,
    criterion="transaction",
    timeout_s=5,
    hint="Between reading and writing somebody else can change an age. Let the server do it for all at once.",
)
def test_birthday_in_one_statement(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, stored: Stored
) -> None:
    """birthday() is one statement for everybody"""
    keys = put(people)
    with mongodb.profile() as work:
        submission.call("birthday", mongodb)
    ages = [stored()[key].get("age") for key in keys]
    assert ages == [person["age"] + 1 for person in people], "birthday(db) does not add 1 to each age"
    statements = sum(work.count(name) for name in ("update", "findAndModify", "insert", "delete"))
    assert statements == 1, f"birthday(db) sends {statements} writing statements for {len(people)} documents"

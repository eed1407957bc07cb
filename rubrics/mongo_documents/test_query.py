"""What the reading functions give."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from grader import MongoDB, Submission, check

Document = dict[str, Any]
Put = Callable[[list[Document]], list[str]]
Show = Callable[[object], str]
ListingFault = Callable[..., str]

UNKNOWN = "0123456789abcdef01234567"


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="An _id is an ObjectId, and not equal to its text: ObjectId(id) makes one of the other.",
)
def test_finds_a_document_by_id(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put,
    difference: Callable[[Document, object], str], show: Show,
) -> None:  # fmt: skip
    """by_id() gives the document as it is stored, and None for an unknown id"""
    for key, person in zip(put(people), people, strict=True):
        wrong = difference(person, submission.call("by_id", mongodb, key))
        assert not wrong, f"by_id(db, '{key}'): {wrong}"
    found = submission.call("by_id", mongodb, UNKNOWN)
    assert found is None, f"by_id(db, '{UNKNOWN}') gives {show(found)}, expected None: nobody has this id"


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="find_one() gives the first that fits, find() a cursor over all. list() reads a cursor to its end.",
)
def test_finds_all_of_a_name(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, listing_fault: ListingFault
) -> None:
    """by_name() gives all documents with the name"""
    namesakes = [{**person, "name": "Grace"} for person in people[:3]]
    put([*people[3:], *namesakes])
    for name, expected in (("Grace", namesakes), ("Nobody", [])):
        wrong = listing_fault(expected, submission.call("by_name", mongodb, name))
        assert not wrong, f"by_name(db, '{name}'): {wrong}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="Names are compared letter by letter. In a pattern many letters mean something else.",
)
def test_takes_names_as_they_stand(
    submission: Submission, mongodb: MongoDB, put: Put, listing_fault: ListingFault, show: Show
) -> None:
    """by_name() takes a name as it stands"""
    names = (
        "Ann", "Anna", "ann", "Ann ", " Ann", "A.n", "^Ann$", ".*", "(Ann", "[A-Z]", "$ne", "$name", "An_",
        "An%", "Ann\n", "Å", "A\u030a", "O'Brien", 'a"b', "back\\slash", "", "陳", "null",
        "Ann " * 2_000,
    )  # fmt: skip
    put([{"name": name, "place": place} for place, name in enumerate(names)])
    for place, name in enumerate(names):
        found = submission.call("by_name", mongodb, name)
        wrong = listing_fault([{"name": name, "place": place}], found)
        assert not wrong, f"by_name(db, {show(name)}): {wrong}"


@check(
    points=3,
    criterion="query",
    timeout_s=5,
    hint="{'age': {'$gt': age}} finds greater ages; sort() takes a list of pairs, and 1 is ascending.",
)
def test_finds_who_is_older(
    submission: Submission, mongodb: MongoDB, plain_names: list[str], put: Put, random: Random,
    listing_fault: ListingFault,
) -> None:  # fmt: skip
    """older_than() gives the strictly older, by age and then by name"""
    age = random.randrange(20, 60)
    people = [
        {"name": name, "age": age + more}
        for name, more in zip(plain_names, (1, 30, 1, 0, 8, -5, 1, 30, 0, 8), strict=True)
    ]
    put(people)
    for limit in (age, age + 1, age + 30):
        expected = sorted(
            (person for person in people if person["age"] > limit),
            key=lambda person: (person["age"], person["name"]),
        )
        wrong = listing_fault(expected, submission.call("older_than", mongodb, limit), ordered=True)
        assert not wrong, f"older_than(db, {limit}), by age and then name: {wrong}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="An age can be a number, a fraction too, or a text, None or missing; only numbers are ages.",
)
def test_ages_of_all_kinds(
    submission: Submission, mongodb: MongoDB, plain_names: list[str], put: Put, listing_fault: ListingFault
) -> None:
    """older_than() copes with every kind of age"""
    ages = ("41", None, "unknown", 0, 0.5, 2**40, 10, 9, 9.5, -1)
    people = [{"name": name, "age": age} for name, age in zip(plain_names, ages, strict=True)]
    put([*people, {"name": "without"}])
    numbers = [person for person in people if isinstance(person["age"], int | float)]
    for limit in (-5, -1, 0, 9, 9.5, 2**40):
        expected = sorted(
            (person for person in numbers if person["age"] > limit), key=lambda person: person["age"]
        )
        wrong = listing_fault(expected, submission.call("older_than", mongodb, limit), ordered=True)
        assert not wrong, f"older_than(db, {limit}): {wrong}"


@check(
    points=3,
    criterion="query",
    timeout_s=5,
    hint="In a pipeline of aggregate(), $unwind makes one document of each entry of a list, $group counts.",
)
def test_counts_interests(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, show: Show
) -> None:
    """interest_counts() gives how many documents have each interest"""
    put(people)
    expected = dict(Counter(interest for person in people for interest in person["interests"]))
    found = submission.call("interest_counts", mongodb)
    assert found == expected, f"interest_counts(db) gives {show(found)}, expected {show(expected)}"


@check(
    points=2,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="A document can have no interests, as an empty list or no list at all; an interest is any text.",
)
def test_counts_unusual_interests(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, show: Show
) -> None:
    """interest_counts() copes with any text, and with documents without interests"""
    found = submission.call("interest_counts", mongodb)
    assert found == {}, f"interest_counts(db) gives {show(found)} where nothing is stored, expected {{}}"
    without = {name: value for name, value in people[0].items() if name != "interests"}
    odd = ["node.js", "$cash", "chess", "Chess", "100 %", "", "a'b", "東京", "_id", "x" * 5_000]
    put(
        [
            without,
            {**people[1], "interests": []},
            {**people[2], "interests": odd},
            {**people[3], "interests": odd[:3]},
        ]
    )
    expected = {interest: 2 if at < 3 else 1 for at, interest in enumerate(odd)}
    found = submission.call("interest_counts", mongodb)
    assert found == expected, f"interest_counts(db) gives {show(found)}, expected {show(expected)}"

"""People made from the seed, and what several checks look at in the server."""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from random import Random
from reprlib import Repr
from typing import Any

import pytest

from grader import MongoDB, Submission

Document = dict[str, Any]

NAMES = (
    "Ada", "Zoë", "Łukasz", "O'Brien", "Jürgen", "Åse", "María José", 'Bob "the Builder"', "Nuñez", "陳大文",
    "100% Eve_", "Back\\slash",
)  # fmt: skip
PLAIN_NAMES = ("ada", "bo", "carl", "dora", "emil", "fritz", "gerda", "hugo", "ida", "jan")
INTERESTS = ("chess", "Python", "cooking", "fútbol", "C++", "birds")
CITIES = ("Aarhus", "Łódź", "Río Gallegos", "東京")
BEGINNING_OF_TIME = datetime(1930, 1, 1)  # noqa: DTZ001 - a date in MongoDB has no zone
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60
SHORT.maxdict = 8

TOUCH = """
def touch(db):
    db.client.admin.command("ping")
"""


def make_people(random: Random, number: int) -> list[Document]:
    """People without ids: whatever the seed, the first two have all fields, and the third no e-mail."""
    people = [_person(random, at) for at in range(number)]
    for at, person in enumerate(people):
        if at > 1 and (at == 2 or random.random() < 0.3):
            del person["email"]
    return people


def _person(random: Random, at: int) -> Document:
    name = random.choice(NAMES)
    # Never a whole second: who cuts the milliseconds off is seen.
    born = timedelta(
        days=random.randrange(30_000), seconds=random.randrange(86_400), milliseconds=250 + at % 700
    )
    return {
        "name": f"{name} {random.randrange(10_000)}",
        "age": random.randrange(1, 100),
        "interests": random.sample(INTERESTS, random.randrange(1, 4)),
        "email": f"{at}.{random.randrange(10_000)}@example.org",
        "born": BEGINNING_OF_TIME + born,
        "address": {"city": random.choice(CITIES), "rooms": [random.randrange(1, 9), {"lift": at % 2 == 0}]},
    }


@pytest.fixture
def random(seed: int) -> Random:
    """The check's own numbers."""
    return Random(f"{seed} documents")


@pytest.fixture
def people(random: Random) -> list[Document]:
    """As many as most checks need; how many depends on the seed."""
    return make_people(random, random.randrange(12, 20))


@pytest.fixture
def many_people(random: Random) -> list[Document]:
    """Some hundred, each with an e-mail."""
    several = make_people(random, random.randrange(410, 490))
    return [{**person, "email": f"{at}@example.org"} for at, person in enumerate(several)]


@pytest.fixture
def plain_names(random: Random) -> list[str]:
    """Names that every order puts the same way, shuffled."""
    return random.sample(PLAIN_NAMES, len(PLAIN_NAMES))


@pytest.fixture
def put(mongodb: MongoDB) -> Callable[[list[Document]], list[str]]:
    """Stores documents as another program would, and gives their ids."""

    def store(documents: list[Document]) -> list[str]:
        return [str(key) for key in mongodb.database.docs.insert_many(deepcopy(documents)).inserted_ids]

    return store


@pytest.fixture
def stored(mongodb: MongoDB) -> Callable[[], dict[str, Document]]:
    """Looks what is in `docs`: documents without their `_id`, by their id, in the order of the collection."""

    def look() -> dict[str, Document]:
        return {str(document.pop("_id")): document for document in mongodb.database.docs.find()}

    return look


@pytest.fixture
def warm_up(submission: Submission, mongodb: MongoDB) -> Callable[[], None]:
    """Lets the student's process come in to the server, so that the next call is as short as it can be."""

    def touch() -> None:
        submission.probe(TOUCH, "touch", mongodb)

    return touch


@pytest.fixture
def show() -> Callable[[object], str]:
    """A value as a message has it: cut where it is long."""
    return SHORT.repr


@pytest.fixture
def difference() -> Callable[[Document, object], str]:
    """What is wrong with a document, whatever its `_id`; empty if nothing."""
    return describe_difference


@pytest.fixture
def listing_fault() -> Callable[..., str]:
    """What is wrong with a list of documents; empty if nothing. `ordered` is whether their order counts."""
    return describe_listing


def describe_difference(expected: Document, found: object) -> str:
    """See the fixture `difference`."""
    if not isinstance(found, dict):
        return f"expected a document, found {SHORT.repr(found)}"
    for field, value in expected.items():
        if field not in found:
            return f"the field {field!r} is missing"
        if not is_same(value, found[field]):
            return f"the field {field!r} is {SHORT.repr(found[field])}, expected {SHORT.repr(value)}"
    more = [field for field in found if field not in expected and field != "_id"]
    return f"there is a field {SHORT.repr(more[0])} too" if more else ""


def describe_listing(expected: list[Document], found: object, *, ordered: bool = False) -> str:
    """See the fixture `listing_fault`."""
    if not isinstance(found, list | tuple):
        return f"expected a list of documents, found {SHORT.repr(found)}"
    if len(found) != len(expected):
        return f"expected {len(expected)} documents, found {len(found)}{_names(found)}"
    left = list(expected)
    for place, document in enumerate(found):
        candidates = left[:1] if ordered else left
        faults = [describe_difference(candidate, document) for candidate in candidates]
        if "" not in faults:
            return f"document {place + 1} of {len(found)} is not as expected: {faults[0]}"
        left.pop(faults.index(""))
    return ""


def _names(found: list[object] | tuple[object, ...]) -> str:
    names = [document.get("name") for document in found if isinstance(document, dict)]
    return f", with the names {SHORT.repr(names)}" if names else ""


def is_same(expected: object, found: object) -> bool:
    """Whether two values are equal and of one type; numbers are numbers, and a list or a tuple is a list."""
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() == found.keys()
            and all(is_same(value, found[key]) for key, value in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list | tuple)
            and len(found) == len(expected)
            and all(map(is_same, expected, found))
        )
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return isinstance(found, int | float) and not isinstance(found, bool) and expected == found
    return type(found) is type(expected) and found == expected

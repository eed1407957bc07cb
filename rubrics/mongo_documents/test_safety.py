"""Ids that are none."""

from collections.abc import Callable
from typing import Any

from grader import MongoDB, Submission, check

Document = dict[str, Any]
Put = Callable[[list[Document]], list[str]]
Show = Callable[[object], str]


@check(
    points=3,
    criterion="safety",
    timeout_s=5,
    hint="ObjectId() raises InvalidId for a text that is no id; ObjectId.is_valid() says so before.",
)
def test_malformed_id_finds_nothing(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, show: Show
) -> None:
    """by_id() gives None for a malformed id"""
    key, *_ = put(people)
    found = submission.call("by_id", mongodb, key)
    assert found is not None, f"by_id(db, '{key}') gives None for a document that is there"
    for malformed in ("no id at all", "", "7", key[:23], f"{key[:23]}g"):
        found = submission.call("by_id", mongodb, malformed)
        assert found is None, f"by_id(db, '{malformed}') gives {show(found)}, expected None"


@check(
    points=3,
    criterion="safety",
    hidden=True,
    timeout_s=5,
    hint="Every function that takes an id can be given a malformed one: False, and nothing is changed.",
)
def test_malformed_id_changes_nothing(
    submission: Submission, mongodb: MongoDB, people: list[Document], put: Put, show: Show,
    stored: Callable[[], dict[str, Document]],
) -> None:  # fmt: skip
    """A malformed id gives False, and changes nothing"""
    key, *_ = put(people)
    before = stored()
    calls = (("rename", "Ada"), ("replace", {"name": "Ada"}), ("add_interest", "chess"), ("remove",))
    for name, *more in calls:
        for malformed in (
            "no id at all",
            "",
            "0",
            key[1:],
            f"{key}0",
            f"{key[:23]}g",
            f"ObjectId('{key}')",
            "é" * 24,
        ):
            given = submission.call(name, mongodb, malformed, *more)
            assert given is False, f"{name}() gives {show(given)} for the malformed id {malformed!r}"
        assert stored() == before, f"{name}() with a malformed id changes what is stored"

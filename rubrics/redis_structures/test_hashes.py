"""Profiles in hashes, and values as JSON.

Between a call that stores and one that asks the submission starts afresh: a variable or a file could answer.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from grader import Redis, Submission, check

Names = Callable[[int], list[str]]
Show = Callable[[object], str]
InAnyOrder = Callable[[object, list[str]], bool]


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="HSET keeps the fields of a dict in a hash (mapping=...), HGET gives one of them as bytes.",
)
def test_saves_a_profile(submission: Submission, redis: Redis, names: Names, show: Show) -> None:
    """save_profile() keeps each field of a profile"""
    name, city, other = names(3)
    profiles = {"7": {"name": name, "city": city, "motto": "Don't panic"}, "8": {"name": other}}
    for user_id, profile in profiles.items():
        submission.call("save_profile", redis, user_id, profile)
    submission.start_afresh()
    for user_id, profile in profiles.items():
        for field, expected in profile.items():
            found = submission.call("profile_field", redis, user_id, field)
            assert found == expected, (
                f"profile_field(rd, '{user_id}', '{field}') gives {show(found)}, expected {show(expected)}"
            )


@check(
    points=1,
    criterion="query",
    timeout_s=5,
    hint="HKEYS gives the names of the fields. HGET gives None where there is nothing: do not decode that.",
)
def test_lists_the_fields_of_a_profile(
    submission: Submission, redis: Redis, names: Names, texts_in_any_order: InAnyOrder, show: Show
) -> None:
    """profile_fields() gives the names of the fields; what is not there is None or []"""
    submission.call("save_profile", redis, "7", {"name": names(1)[0], "city": "Łowicz"})
    submission.start_afresh()
    for user_id, expected in (("7", ["city", "name"]), ("8", [])):
        found = submission.call("profile_fields", redis, user_id)
        assert texts_in_any_order(found, expected), (
            f"profile_fields(rd, '{user_id}') gives {show(found)}, expected {expected}, in any order"
        )
    for user_id, field in (("7", "age"), ("8", "name")):
        found = submission.call("profile_field", redis, user_id, field)
        assert found is None, (
            f"profile_field(rd, '{user_id}', '{field}') gives {show(found)}, expected None: there is none"
        )


@check(
    points=3,
    criterion="update",
    timeout_s=5,
    hint="HSET adds and overwrites fields; it removes none. What has to happen to the fields of the old "
    "profile?",
)
def test_profile_replaces_the_old_one(
    submission: Submission, redis: Redis, names: Names, texts_in_any_order: InAnyOrder, show: Show
) -> None:
    """A second save_profile() replaces the profile, with no field left over"""
    new, old = names(2)
    submission.call("save_profile", redis, "7", {"name": old, "city": "Aachen", "age": "36"})
    submission.call("save_profile", redis, "7", {"name": new, "phone": "0"})
    submission.start_afresh()
    found = submission.call("profile_fields", redis, "7")
    assert texts_in_any_order(found, ["name", "phone"]), (
        f"profile_fields(rd, '7') gives {show(found)}, expected ['name', 'phone'] of the second profile"
    )
    name = submission.call("profile_field", redis, "7", "name")
    assert name == new, f"profile_field(rd, '7', 'name') gives {show(name)}, expected {show(new)}"


@check(
    points=3,
    criterion="update",
    hidden=True,
    timeout_s=5,
    hint="An empty profile removes the old one. HSET refuses an empty dict.",
)
def test_empty_profile_removes_the_old_one(
    submission: Submission, redis: Redis, names: Names, texts_in_any_order: InAnyOrder, show: Show
) -> None:
    """save_profile() with an empty profile removes that profile and no other"""
    other, name = names(2)
    submission.call("save_profile", redis, "70", {"name": other})
    submission.call("save_profile", redis, "7", {"name": name})
    submission.call("save_profile", redis, "7", {})
    submission.call("save_profile", redis, "9", {})
    submission.start_afresh()
    for user_id, expected in (("7", []), ("9", []), ("70", ["name"])):
        found = submission.call("profile_fields", redis, user_id)
        assert texts_in_any_order(found, expected), (
            f"profile_fields(rd, '{user_id}') gives {show(found)}, expected {expected}"
        )
    found = submission.call("profile_field", redis, "7", "name")
    assert found is None, f"profile_field() gives {show(found)} of a profile that was removed, expected None"
    found = submission.call("profile_field", redis, "70", "name")
    assert found == other, f"profile_field() gives {show(found)} of another user, expected {show(other)}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="Any text is a user, a field or a value, and a value can be empty.",
)
def test_profiles_of_unusual_texts(
    submission: Submission,
    redis: Redis,
    odd_texts: list[str],
    texts_in_any_order: InAnyOrder,
    show: Show,
) -> None:
    """Profiles take any user, field and value"""
    profile = dict(zip(odd_texts, ["", *odd_texts], strict=False))
    for user_id in (odd_texts[0], odd_texts[-1]):
        submission.call("save_profile", redis, user_id, profile)
        submission.start_afresh()
        found = submission.call("profile_fields", redis, user_id)
        assert texts_in_any_order(found, list(profile)), (
            f"profile_fields() gives {show(found)}, expected {len(profile)} fields as they were saved"
        )
    for field, expected in profile.items():
        found = submission.call("profile_field", redis, odd_texts[0], field)
        assert found == expected, f"profile_field() gives {show(found)}, expected {show(expected)}"


def difference(expected: Any, found: Any, place: str = "the value") -> str:  # noqa: ANN401 - any JSON
    """How two values differ, types included; empty if they do not."""
    if type(found) is not type(expected):
        return f"expected {type(expected).__name__} for {place}, found {type(found).__name__}"
    if isinstance(expected, dict):
        if sorted(expected) != sorted(map(str, found)):
            return f"expected the keys {sorted(expected)} in {place}, found {sorted(map(str, found))}"
        pairs = [(f"{place}[{key!r}]", expected[key], found.get(key)) for key in expected]
    elif isinstance(expected, list):
        if len(expected) != len(found):
            return f"expected {len(expected)} elements in {place}, found {len(found)}"
        pairs = [(f"{place}[{at}]", *both) for at, both in enumerate(zip(expected, found, strict=True))]
    else:
        return "" if found == expected else f"expected {expected!r} for {place}, found {found!r}"
    return next((wrong for name, left, right in pairs if (wrong := difference(left, right, name))), "")


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="json.dumps makes a text of it, json.loads makes it again. str() makes something that is no JSON.",
)
def test_json_comes_back(submission: Submission, redis: Redis, random: Random, names: Names) -> None:
    """save_json() keeps nested dicts and lists with all that is in them"""
    name, note = names(2)
    value = {
        "name": name,
        "tags": ["O'Higgins", 'say "hi"', {"note": note, "łódź": None}],
        "size": {"w": random.randrange(10**6), "h": random.randrange(10**6) + 0.5},
        "sold": True,
        "left": False,
    }
    submission.call("save_json", redis, "note:1", {"name": "an older one", "old": 1})
    submission.call("save_json", redis, "note:1", value)
    submission.start_afresh()
    wrong = difference(value, submission.call("load_json", redis, "note:1"))
    assert not wrong, f"load_json(rd, 'note:1') after save_json(): {wrong}"


@check(
    points=1,
    criterion="query",
    timeout_s=5,
    hint="GET gives None for a key that is not there, and json.loads takes no None.",
)
def test_missing_json_is_none(submission: Submission, redis: Redis, show: Show) -> None:
    """load_json() gives None for what is not there"""
    submission.call("save_json", redis, "note:1", {"n": 1})
    submission.start_afresh()
    found = submission.call("load_json", redis, "note:2")
    assert found is None, f"load_json(rd, 'note:2') gives {show(found)} and nothing is there, expected None"
    found = submission.call("load_json", redis, "note:1")
    assert found == {"n": 1}, f"load_json(rd, 'note:1') gives {show(found)}, expected {{'n': 1}}"


@check(
    points=3,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="0, False, '' and [] are values. A text that looks like JSON stays a text.",
)
def test_any_json_comes_back(submission: Submission, redis: Redis, odd_texts: list[str]) -> None:
    """save_json() keeps any value, empty ones and texts too"""
    deep: list[Any] = []
    for _ in range(30):
        deep = [deep]
    values = [
        0, False, True, None, "", [], {}, -1, 2**53, 0.1, -1.5e300, 1.0, "1", "null", '{"a": 1}', odd_texts,
        {text: [text] for text in odd_texts}, {"": {}}, [[], {}, None, "", 0], deep,
    ]  # fmt: skip
    for number, value in enumerate(values):
        submission.call("save_json", redis, f"note:{number}", value)
    submission.start_afresh()
    for number, value in enumerate(values):
        wrong = difference(value, submission.call("load_json", redis, f"note:{number}"))
        assert not wrong, f"load_json() after save_json(): {wrong}"

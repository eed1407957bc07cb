"""Keys, their types, and that nobody asks for all of them."""

import re
from collections.abc import Callable

import pytest

from grader import Redis, Submission, check

InAnyOrder = Callable[[object, list[str]], bool]
IsTexts = Callable[[object, list[str]], bool]
Names = Callable[[int], list[str]]

FORM = re.compile(rb"[^:]+:.+", re.DOTALL)


def kinds_ending(redis: Redis, *ends: str) -> set[str]:
    """The types of the keys that end so."""
    keys = [key for key in redis.client.scan_iter() if key.endswith(tuple(end.encode() for end in ends))]
    return {redis.client.type(key).decode() for key in keys}


@check(
    points=1,
    criterion="schema",
    timeout_s=5,
    hint="The words are one Redis list, list:words, filled with RPUSH and LPUSH.",
)
def test_words_are_a_list(submission: Submission, redis: Redis, names: Names) -> None:
    """The words are a list under list:words"""
    submission.call("add_word", redis, names(1)[0])
    kind = redis.client.type("list:words").decode()
    assert kind == "list", f"expected the type list at the key list:words, found {kind}"


@check(
    points=1,
    criterion="schema",
    timeout_s=5,
    hint="Each profile is a Redis hash of its own, as profile:7, filled with HSET.",
)
def test_profiles_are_hashes(submission: Submission, redis: Redis) -> None:
    """Each profile is a hash under <type>:<user id>"""
    submission.call("save_profile", redis, "u4711", {"name": "Ada", "city": "Łowicz"})
    kinds = kinds_ending(redis, ":u4711")
    assert "hash" in kinds, f"expected a hash at <type>:u4711, found {', '.join(kinds) or 'no such key'}"


@check(
    points=1,
    criterion="schema",
    timeout_s=5,
    hint="Tags are Redis sets, as tag:red with the items that have this tag, filled with SADD.",
)
def test_tags_are_sets(submission: Submission, redis: Redis) -> None:
    """Tags are sets under <type>:<tag>, or <type>:<item>"""
    submission.call("tag", redis, "chair", ["red", "old"])
    kinds = kinds_ending(redis, ":red", ":chair")
    assert "set" in kinds, (
        f"expected a set at <type>:red or <type>:chair, found {', '.join(kinds) or 'no such key'}"
    )


@check(
    points=1,
    criterion="schema",
    timeout_s=5,
    hint="The players are one sorted set, board:players, filled with ZINCRBY.",
)
def test_players_are_a_sorted_set(submission: Submission, redis: Redis, names: Names) -> None:
    """The players are a sorted set under board:players"""
    submission.call("score", redis, names(1)[0], 3)
    kind = redis.client.type("board:players").decode()
    assert kind == "zset", f"expected the type zset at the key board:players, found {kind}"


@check(
    points=2,
    criterion="schema",
    timeout_s=5,
    hint="What kind of thing it is, a colon, and which one: visits:home, profile:7, tag:red.",
)
def test_keys_have_a_type_and_an_id(submission: Submission, redis: Redis) -> None:
    """Every key that your code makes up looks like <type>:<id>"""
    submission.call("count_visit", redis, "home")
    submission.call("add_word", redis, "one")
    submission.call("save_profile", redis, "7", {"name": "Ada"})
    submission.call("tag", redis, "chair", ["red"])
    submission.call("score", redis, "Ada", 3)
    keys = sorted(redis.client.scan_iter())
    assert keys, "nothing is in the database after count_visit(), add_word(), save_profile(), tag(), score()"
    for key in keys:
        assert FORM.fullmatch(key), f"the key {key.decode('utf-8', 'replace')} does not look like <type>:<id>"


@check(
    points=1,
    criterion="schema",
    timeout_s=5,
    hint="Use the key that you are given as it is: it has its type already.",
)
def test_given_keys_are_used_as_they_are(submission: Submission, redis: Redis) -> None:
    """remember(), cache() and save_json() use the key that they are given"""
    submission.call("remember", redis, "note:1", "Buy milk")
    submission.call("cache", redis, "note:3", "<p>", 1_000)
    submission.call("save_json", redis, "note:5", {"n": 1})
    for function, key in (("remember", "note:1"), ("cache", "note:3"), ("save_json", "note:5")):
        assert redis.client.exists(key), f"there is no key {key} after {function}(rd, '{key}', ...)"


@check(
    points=3,
    criterion="schema",
    hidden=True,
    timeout_s=5,
    hint="A page, a user, an item, a tag and a player can all have the same name: their types keep them "
    "apart.",
)
def test_one_name_for_everything(
    submission: Submission, redis: Redis, names: Names, is_texts: IsTexts, texts_in_any_order: InAnyOrder
) -> None:
    """A page, a user, a tag and a player of the same name do not get in each other's way"""
    every = [names(1)[0], "words", "players", "7"]
    for name in every:
        submission.call("remember", redis, f"note:{name}", "kept")
        submission.call("count_visit", redis, name)
        submission.call("add_word", redis, name)
        submission.call("save_profile", redis, name, {name: "field"})
        submission.call("tag", redis, name, [name])
        submission.call("score", redis, name, 1)
    submission.start_afresh()
    for name in every:
        text = submission.call("recall", redis, f"note:{name}")
        assert text == "kept", f"recall(rd, 'note:{name}') gives {text!r}, expected 'kept'"
        visits = submission.call("count_visit", redis, name)
        assert visits == 2, f"the second count_visit(rd, '{name}') gives {visits!r}, expected 2"
        field = submission.call("profile_field", redis, name, name)
        assert field == "field", f"profile_field(rd, '{name}', '{name}') gives {field!r}, expected 'field'"
        items = submission.call("items_with_all", redis, [name])
        assert texts_in_any_order(items, [name]), f"items_with_all(rd, ['{name}']) gives {items!r}"
    words = submission.call("words", redis)
    assert is_texts(words, every), f"words(rd) gives {words!r}, expected {every}"
    players = [list(pair) for pair in submission.call("leaders", redis, 10)]
    assert sorted(players) == sorted([name, 1] for name in every), f"leaders(rd, 10) gives {players!r}"


TEXTS = (
    ("remember", "note:1", "Buy milk"),
    ("recall", "note:1"),
    ("cache", "note:3", "<p>", 1_000),
    ("time_left_ms", "note:3"),
    ("time_left_ms", "note:4"),
    ("touch", "note:3", 2_000),
    ("touch", "note:4", 2_000),
)
COUNTS_AND_WORDS = (
    *[("count_visit", "home")] * 2,
    *[("add_word", "one")] * 2,
    ("words",),
    ("word_at", 0),
)
PROFILES_AND_JSON = (
    *[("save_profile", "7", {"name": "Ada"})] * 2,
    ("profile_field", "7", "name"),
    ("profile_fields", "7"),
    ("profile_fields", "8"),
    *[("save_json", "note:5", {"n": 1})] * 2,
    ("load_json", "note:5"),
)
TAGS_AND_PLAYERS = (
    *[("tag", "chair", ["red", "old"])] * 2,
    ("items_with_all", ["red", "old"]),
    ("items_with_all", ["blue"]),
    *[("score", "Ada", 3)] * 2,
    ("leaders", 3),
)
# Those of them that must find something.
FIND = (
    ("recall", "note:1"),
    ("time_left_ms", "note:3"),
    ("words",),
    ("word_at", 0),
    ("profile_field", "7", "name"),
    ("profile_fields", "7"),
    ("load_json", "note:5"),
    ("items_with_all", ["red", "old"]),
    ("leaders", 3),
)


@check(
    points=4,
    criterion="performance",
    timeout_s=5,
    hint="KEYS goes through the whole database and lets nobody else in meanwhile. You know the names of "
    "your keys; to look for one, SCAN takes small steps: rd.scan_iter(match=...).",
)
@pytest.mark.parametrize(
    "calls",
    [
        pytest.param((*TEXTS, *COUNTS_AND_WORDS), id="texts, visits and words"),
        pytest.param((*PROFILES_AND_JSON, *TAGS_AND_PLAYERS), id="profiles, JSON, tags and players"),
    ],
)
def test_never_uses_keys(
    submission: Submission,
    redis: Redis,
    keys_calls: Callable[[], int],
    calls: tuple[tuple[object, ...], ...],
) -> None:
    """No function uses KEYS"""
    redis.client.mset({f"other:{number}": number for number in range(20)})
    for call in calls:
        name, *arguments = call
        # Whoever asks a variable, or a file, has no need of KEYS.
        submission.start_afresh()
        before = keys_calls()
        found = submission.call(str(name), redis, *arguments)
        assert keys_calls() == before, f"{name}() used KEYS"
        assert found or call not in FIND, f"{name}() finds nothing of what was stored"

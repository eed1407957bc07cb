"""Redis and its data structures: the handout (README.md) says what each function has to do."""

import redis

# Strings


def remember(rd: redis.Redis, key: str, value: str) -> None:
    """Keeps a text under a key, in place of what was there."""
    raise NotImplementedError("remember() is not written yet")


def recall(rd: redis.Redis, key: str) -> str | None:
    """Gives the text that `remember` or `cache` keeps under a key; None if there is none."""
    raise NotImplementedError("recall() is not written yet")


# Counters


def count_visit(rd: redis.Redis, page: str) -> int:
    """Counts one more visit of a page, and gives how many there are with it."""
    raise NotImplementedError("count_visit() is not written yet")


# Lists


def add_word(rd: redis.Redis, word: str, front: bool = False) -> int:
    """Adds a word at the end of the list, or at its front, and gives how many words there are then."""
    raise NotImplementedError("add_word() is not written yet")


def words(rd: redis.Redis, start: int = 0, stop: int = -1) -> list[str]:
    """Gives the words from index `start` to index `stop`, both included; -1 is the last word."""
    raise NotImplementedError("words() is not written yet")


def word_at(rd: redis.Redis, index: int) -> str | None:
    """Gives the word at an index; None if there is none."""
    raise NotImplementedError("word_at() is not written yet")


# Expiry


def cache(rd: redis.Redis, key: str, value: str, seconds: int) -> None:
    """Keeps a text under a key for some seconds; text and expiry are set in one step."""
    raise NotImplementedError("cache() is not written yet")


def time_left_ms(rd: redis.Redis, key: str) -> int | None:
    """Gives the milliseconds until a key expires; -1 if it never does, None if there is no such key."""
    raise NotImplementedError("time_left_ms() is not written yet")


def touch(rd: redis.Redis, key: str, seconds: int) -> bool:
    """Lets a key expire in so many seconds from now; False if there is no such key."""
    raise NotImplementedError("touch() is not written yet")


# Hashes


def save_profile(rd: redis.Redis, user_id: str, profile: dict[str, str]) -> None:
    """Keeps the profile of a user, in place of the old one; an empty profile removes it."""
    raise NotImplementedError("save_profile() is not written yet")


def profile_field(rd: redis.Redis, user_id: str, field: str) -> str | None:
    """Gives one field of a profile; None if there is no such user or field."""
    raise NotImplementedError("profile_field() is not written yet")


def profile_fields(rd: redis.Redis, user_id: str) -> list[str]:
    """Gives the names of the fields of a profile, in any order."""
    raise NotImplementedError("profile_fields() is not written yet")


# JSON


def save_json(rd: redis.Redis, key: str, value: object) -> None:
    """Keeps a value made of dicts, lists, texts, numbers, True, False and None under a key."""
    raise NotImplementedError("save_json() is not written yet")


def load_json(rd: redis.Redis, key: str) -> object:
    """Gives the value that `save_json` keeps under a key; None if there is none."""
    raise NotImplementedError("load_json() is not written yet")


# Sets and sorted sets


def tag(rd: redis.Redis, item: str, tags: list[str]) -> None:
    """Adds tags to an item; those that it has stay."""
    raise NotImplementedError("tag() is not written yet")


def items_with_all(rd: redis.Redis, tags: list[str]) -> list[str]:
    """Gives the items that have all of these tags, in any order."""
    raise NotImplementedError("items_with_all() is not written yet")


def score(rd: redis.Redis, player: str, points: int) -> None:
    """Adds points to what a player has."""
    raise NotImplementedError("score() is not written yet")


def leaders(rd: redis.Redis, n: int) -> list[tuple[str, int]]:
    """Gives the `n` players with the most points, best first: pairs of player and points."""
    raise NotImplementedError("leaders() is not written yet")

"""Redis and its data structures.

Keys, beside those that the caller gives:
    visits:<page>      string: how many visits
    list:words         list: the words
    profile:<user id>  hash: the fields of a profile
    tag:<tag>          set: the items with that tag
    board:players      sorted set: players by points
"""

import json

import redis

WORDS = "list:words"
PLAYERS = "board:players"


def remember(rd: redis.Redis, key: str, value: str) -> None:
    """Keeps a text under a key, in place of what was there."""
    rd.set(key, value)


def recall(rd: redis.Redis, key: str) -> str | None:
    """Gives the text that `remember` or `cache` keeps under a key; None if there is none."""
    return _text(rd.get(key))


def count_visit(rd: redis.Redis, page: str) -> int:
    """Counts one more visit of a page, and gives how many there are with it."""
    return rd.incr(f"visits:{page}")


def add_word(rd: redis.Redis, word: str, front: bool = False) -> int:
    """Adds a word at the end of the list, or at its front, and gives how many words there are then."""
    return rd.lpush(WORDS, word) if front else rd.rpush(WORDS, word)


def words(rd: redis.Redis, start: int = 0, stop: int = -1) -> list[str]:
    """Gives the words from index `start` to index `stop`, both included; -1 is the last word."""
    return [_text(word) for word in rd.lrange(WORDS, start, stop)]


def word_at(rd: redis.Redis, index: int) -> str | None:
    """Gives the word at an index; None if there is none."""
    return _text(rd.lindex(WORDS, index))


def cache(rd: redis.Redis, key: str, value: str, seconds: int) -> None:
    """Keeps a text under a key for some seconds; text and expiry are set in one step."""
    rd.set(key, value, ex=seconds)


def time_left_ms(rd: redis.Redis, key: str) -> int | None:
    """Gives the milliseconds until a key expires; -1 if it never does, None if there is no such key."""
    left = rd.pttl(key)
    return None if left == -2 else left


def touch(rd: redis.Redis, key: str, seconds: int) -> bool:
    """Lets a key expire in so many seconds from now; False if there is no such key."""
    return bool(rd.expire(key, seconds))


def save_profile(rd: redis.Redis, user_id: str, profile: dict[str, str]) -> None:
    """Keeps the profile of a user, in place of the old one; an empty profile removes it."""
    with rd.pipeline(transaction=True) as pipe:
        pipe.delete(_profile_key(user_id))
        if profile:
            pipe.hset(_profile_key(user_id), mapping=profile)
        pipe.execute()


def profile_field(rd: redis.Redis, user_id: str, field: str) -> str | None:
    """Gives one field of a profile; None if there is no such user or field."""
    return _text(rd.hget(_profile_key(user_id), field))


def profile_fields(rd: redis.Redis, user_id: str) -> list[str]:
    """Gives the names of the fields of a profile, in any order."""
    return [_text(field) for field in rd.hkeys(_profile_key(user_id))]


def save_json(rd: redis.Redis, key: str, value: object) -> None:
    """Keeps a value made of dicts, lists, texts, numbers, True, False and None under a key."""
    rd.set(key, json.dumps(value))


def load_json(rd: redis.Redis, key: str) -> object:
    """Gives the value that `save_json` keeps under a key; None if there is none."""
    stored = rd.get(key)
    return None if stored is None else json.loads(stored)


def tag(rd: redis.Redis, item: str, tags: list[str]) -> None:
    """Adds tags to an item; those that it has stay."""
    with rd.pipeline(transaction=True) as pipe:
        for one in tags:
            pipe.sadd(_tag_key(one), item)
        pipe.execute()


def items_with_all(rd: redis.Redis, tags: list[str]) -> list[str]:
    """Gives the items that have all of these tags, in any order."""
    if not tags:
        return []
    return [_text(item) for item in rd.sinter([_tag_key(one) for one in tags])]


def score(rd: redis.Redis, player: str, points: int) -> None:
    """Adds points to what a player has."""
    rd.zincrby(PLAYERS, points, player)


def leaders(rd: redis.Redis, n: int) -> list[tuple[str, int]]:
    """Gives the `n` players with the most points, best first: pairs of player and points."""
    if n < 1:
        return []
    best = rd.zrange(PLAYERS, 0, n - 1, desc=True, withscores=True)
    return [(_text(player), int(points)) for player, points in best]


def _profile_key(user_id: str) -> str:
    return f"profile:{user_id}"


def _tag_key(tag: str) -> str:
    return f"tag:{tag}"


def _text(value: bytes | str | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value

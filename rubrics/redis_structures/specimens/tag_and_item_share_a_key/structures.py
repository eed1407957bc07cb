"""Redis and its data structures."""

import json

import redis

WORDS = "list:words"
PLAYERS = "board:players"
FAR = 2**53  # no list is as long, and Redis still takes it as an index


def enc(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def dec(data: bytes | None) -> str | None:
    if data is None:
        return None
    return data.decode("utf-8", "surrogatepass")


def make_key(kind: str, which: str) -> bytes:
    return enc(f"{kind}:{which}")


def index_of(number: int) -> int:
    return max(-FAR, min(number, FAR))


# Strings


def remember(rd: redis.Redis, key: str, value: str) -> None:
    """Keeps a text under a key, in place of what was there."""
    rd.set(enc(key), enc(value))


def recall(rd: redis.Redis, key: str) -> str | None:
    """Gives the text that `remember` or `cache` keeps under a key; None if there is none."""
    return dec(rd.get(enc(key)))


# Counters


def count_visit(rd: redis.Redis, page: str) -> int:
    """Counts one more visit of a page, and gives how many there are with it."""
    return rd.incr(make_key("visits", page))


# Lists


def add_word(rd: redis.Redis, word: str, front: bool = False) -> int:
    """Adds a word at the end of the list, or at its front, and gives how many words there are then."""
    if front:
        return rd.lpush(WORDS, enc(word))
    return rd.rpush(WORDS, enc(word))


def words(rd: redis.Redis, start: int = 0, stop: int = -1) -> list[str]:
    """Gives the words from index `start` to index `stop`, both included; -1 is the last word."""
    return [dec(word) for word in rd.lrange(WORDS, index_of(start), index_of(stop))]


def word_at(rd: redis.Redis, index: int) -> str | None:
    """Gives the word at an index; None if there is none."""
    return dec(rd.lindex(WORDS, index_of(index)))


# Expiry


def cache(rd: redis.Redis, key: str, value: str, seconds: int) -> None:
    """Keeps a text under a key for some seconds; text and expiry are set in one step."""
    rd.set(enc(key), enc(value), ex=seconds)


def time_left_ms(rd: redis.Redis, key: str) -> int | None:
    """Gives the milliseconds until a key expires; -1 if it never does, None if there is no such key."""
    left = rd.pttl(enc(key))
    return None if left == -2 else left


def touch(rd: redis.Redis, key: str, seconds: int) -> bool:
    """Lets a key expire in so many seconds from now; False if there is no such key."""
    return bool(rd.expire(enc(key), seconds))


# Hashes


def save_profile(rd: redis.Redis, user_id: str, profile: dict[str, str]) -> None:
    """Keeps the profile of a user, in place of the old one; an empty profile removes it."""
    key = make_key("profile", user_id)
    with rd.pipeline() as pipe:  # a transaction
        pipe.delete(key)
        if profile:
            pipe.hset(key, mapping={enc(field): enc(value) for field, value in profile.items()})
        pipe.execute()


def profile_field(rd: redis.Redis, user_id: str, field: str) -> str | None:
    """Gives one field of a profile; None if there is no such user or field."""
    return dec(rd.hget(make_key("profile", user_id), enc(field)))


def profile_fields(rd: redis.Redis, user_id: str) -> list[str]:
    """Gives the names of the fields of a profile, in any order."""
    return [dec(field) for field in rd.hkeys(make_key("profile", user_id))]


# JSON


def save_json(rd: redis.Redis, key: str, value: object) -> None:
    """Keeps a value made of dicts, lists, texts, numbers, True, False and None under a key."""
    rd.set(enc(key), json.dumps(value))


def load_json(rd: redis.Redis, key: str) -> object:
    """Gives the value that `save_json` keeps under a key; None if there is none."""
    text = rd.get(enc(key))
    return None if text is None else json.loads(text)


# Sets and sorted sets


def tag(rd: redis.Redis, item: str, tags: list[str]) -> None:
    """Adds tags to an item; those that it has stay. Kept both ways: the items of a tag, and the tags of an item."""
    with rd.pipeline() as pipe:
        for name in tags:
            pipe.sadd(make_key("tag", name), enc(item))
            pipe.sadd(make_key("tag", item), enc(name))
        pipe.execute()


def items_with_all(rd: redis.Redis, tags: list[str]) -> list[str]:
    """Gives the items that have all of these tags, in any order."""
    if not tags:
        return []
    return [dec(item) for item in rd.sinter([make_key("tag", name) for name in tags])]


def score(rd: redis.Redis, player: str, points: int) -> None:
    """Adds points to what a player has."""
    rd.zincrby(PLAYERS, points, enc(player))


def leaders(rd: redis.Redis, n: int) -> list[tuple[str, int]]:
    """Gives the `n` players with the most points, best first: pairs of player and points."""
    if n <= 0:
        return []
    best = rd.zrevrange(PLAYERS, 0, index_of(n) - 1, withscores=True)
    return [(dec(player), int(points)) for player, points in best]

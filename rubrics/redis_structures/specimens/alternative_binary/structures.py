"""Redis and its data structures, the binary way.

Texts and JSON are packed with zlib, visits are 64 raw bits that BITFIELD counts up, a profile is built under a draft
key and then renamed, and tags are kept in both directions.
"""

import json
import zlib

import redis


class Text:
    """Plain text: words, names, members."""

    @staticmethod
    def dump(text: str) -> bytes:
        return text.encode("utf-8", "surrogatepass")

    @staticmethod
    def load(data: bytes) -> str:
        return data.decode("utf-8", "surrogatepass")


class Packed:
    """Text, packed."""

    @staticmethod
    def dump(text: str) -> bytes:
        return zlib.compress(Text.dump(text), 6)

    @staticmethod
    def load(data: bytes) -> str:
        return Text.load(zlib.decompress(data))


class Json:
    """A value as JSON, packed."""

    @staticmethod
    def dump(value: object) -> bytes:
        return Packed.dump(json.dumps(value, separators=(",", ":")))

    @staticmethod
    def load(data: bytes) -> object:
        return json.loads(Packed.load(data))


class Kind:
    """A type of keys: Kind("visits")["/about"] is the key visits:/about."""

    def __init__(self, name: str) -> None:
        self.prefix = name + ":"

    def __getitem__(self, which: str) -> bytes:
        return Text.dump(self.prefix + which)


VISITS = Kind("visits")
PROFILE = Kind("profile")
DRAFT = Kind("draft")  # lives inside of a transaction only
TAGGED = Kind("tagged")  # by tag, its items
TAGS_OF = Kind("tagsof")  # by item, its tags
WORDS = Kind("list")["words"]
PLAYERS = Kind("board")["players"]


def maybe(codec, data: bytes | None):
    return None if data is None else codec.load(data)


def clip(number: int, limit: int = 1 << 40) -> int:
    """The number, or what Redis can still read as one and means the same."""
    return min(max(number, -limit), limit)


# Strings


def remember(rd: redis.Redis, key: str, value: str) -> None:
    """Keeps a text under a key, in place of what was there."""
    rd.set(Text.dump(key), Packed.dump(value))


def recall(rd: redis.Redis, key: str) -> str | None:
    """Gives the text that `remember` or `cache` keeps under a key; None if there is none."""
    return maybe(Packed, rd.get(Text.dump(key)))


# Counters


def count_visit(rd: redis.Redis, page: str) -> int:
    """Counts one more visit of a page, and gives how many there are with it."""
    (visits,) = rd.bitfield(VISITS[page]).incrby("i64", 0, 1).execute()
    return visits


# Lists


def add_word(rd: redis.Redis, word: str, front: bool = False) -> int:
    """Adds a word at the end of the list, or at its front, and gives how many words there are then."""
    return (rd.rpush, rd.lpush)[bool(front)](WORDS, Text.dump(word))


def words(rd: redis.Redis, start: int = 0, stop: int = -1) -> list[str]:
    """Gives the words from index `start` to index `stop`, both included; -1 is the last word."""
    return list(map(Text.load, rd.lrange(WORDS, clip(start), clip(stop))))


def word_at(rd: redis.Redis, index: int) -> str | None:
    """Gives the word at an index; None if there is none."""
    return next(iter(words(rd, index, index)), None)


# Expiry


def cache(rd: redis.Redis, key: str, value: str, seconds: int) -> None:
    """Keeps a text under a key for some seconds; text and expiry are set in one step."""
    rd.set(Text.dump(key), Packed.dump(value), px=seconds * 1000)


def time_left_ms(rd: redis.Redis, key: str) -> int | None:
    """Gives the milliseconds until a key expires; -1 if it never does, None if there is no such key."""
    left = rd.pttl(Text.dump(key))
    return {-2: None}.get(left, left)


def touch(rd: redis.Redis, key: str, seconds: int) -> bool:
    """Lets a key expire in so many seconds from now; False if there is no such key."""
    return bool(rd.pexpire(Text.dump(key), seconds * 1000))


# Hashes


def save_profile(rd: redis.Redis, user_id: str, profile: dict[str, str]) -> None:
    """Keeps the profile of a user, in place of the old one; an empty profile removes it."""
    if not profile:
        rd.unlink(PROFILE[user_id])
        return
    with rd.pipeline() as step:
        step.delete(DRAFT[user_id])
        step.hset(DRAFT[user_id], mapping={Text.dump(k): Text.dump(v) for k, v in profile.items()})
        step.rename(DRAFT[user_id], PROFILE[user_id])
        step.execute()


def profile_field(rd: redis.Redis, user_id: str, field: str) -> str | None:
    """Gives one field of a profile; None if there is no such user or field."""
    (data,) = rd.hmget(PROFILE[user_id], [Text.dump(field)])
    return maybe(Text, data)


def profile_fields(rd: redis.Redis, user_id: str) -> list[str]:
    """Gives the names of the fields of a profile, in any order."""
    return list(map(Text.load, rd.hgetall(PROFILE[user_id])))


# JSON


def save_json(rd: redis.Redis, key: str, value: object) -> None:
    """Keeps a value made of dicts, lists, texts, numbers, True, False and None under a key."""
    rd.set(Text.dump(key), Json.dump(value))


def load_json(rd: redis.Redis, key: str) -> object:
    """Gives the value that `save_json` keeps under a key; None if there is none."""
    return maybe(Json, rd.get(Text.dump(key)))


# Sets and sorted sets


def tag(rd: redis.Redis, item: str, tags: list[str]) -> None:
    """Adds tags to an item; those that it has stay."""
    with rd.pipeline() as step:
        for name in tags:
            step.sadd(TAGGED[name], Text.dump(item))
            step.sadd(TAGS_OF[item], Text.dump(name))
        step.execute()


def items_with_all(rd: redis.Redis, tags: list[str]) -> list[str]:
    """Gives the items that have all of these tags, in any order."""
    if not tags:
        return []
    with rd.pipeline() as step:
        for name in tags:
            step.smembers(TAGGED[name])
        groups = map(set, step.execute())
    return list(map(Text.load, set.intersection(*groups)))


def score(rd: redis.Redis, player: str, points: int) -> None:
    """Adds points to what a player has."""
    rd.zincrby(PLAYERS, points, Text.dump(player))


def leaders(rd: redis.Redis, n: int) -> list[tuple[str, int]]:
    """Gives the `n` players with the most points, best first: pairs of player and points."""
    # LIMIT counts players, so 0 is none, unlike an index range up to n - 1.
    best = rd.zrevrangebyscore(PLAYERS, "+inf", "-inf", start=0, num=clip(n), withscores=True)
    return [(Text.load(player), int(points)) for player, points in best]

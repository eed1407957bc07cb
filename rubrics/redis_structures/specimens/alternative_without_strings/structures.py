"""Redis and its data structures, with nothing kept in a Redis string.

- A text is a hash with the one field `text`.
- A JSON value is a list of tokens, in the order in which one reads them: `{`, `"name"`, `"Ada"`, `}`.
- All visits are in one hash, `visits:pages`, a field for each page.
- The tags of an item are a set of its own, `labels:<item>`; who asks for tags goes through the items with SCAN.

Python does the thinking where it can: cutting the list, comparing sets, choosing the best.
"""

import heapq
import json
from collections.abc import Iterable, Iterator

import redis

WORDS = b"list:words"
PLAYERS = b"board:players"
VISITS = b"visits:pages"
PROFILE = b"profile:"
LABELS = b"labels:"


def b(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def t(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def chunks(things: list, size: int) -> Iterator[list]:
    for i in range(0, len(things), size):
        yield things[i : i + size]


# Texts


def remember(rd: redis.Redis, key: str, value: str) -> None:
    """Keeps a text under a key, in place of what was there."""
    with rd.pipeline(transaction=True) as tx:
        tx.delete(b(key))
        tx.hset(b(key), "text", b(value))
        tx.execute()


def cache(rd: redis.Redis, key: str, value: str, seconds: int) -> None:
    """Keeps a text under a key for some seconds; text and expiry are set in one step."""
    with rd.pipeline(transaction=True) as tx:
        tx.delete(b(key))
        tx.hset(b(key), "text", b(value))
        tx.expire(b(key), seconds)
        tx.execute()


def recall(rd: redis.Redis, key: str) -> str | None:
    """Gives the text that `remember` or `cache` keeps under a key; None if there is none."""
    data = rd.hget(b(key), "text")
    return None if data is None else t(data)


# Counters


def count_visit(rd: redis.Redis, page: str) -> int:
    """Counts one more visit of a page, and gives how many there are with it."""
    return int(rd.hincrby(VISITS, b(page), 1))


# Lists


def add_word(rd: redis.Redis, word: str, front: bool = False) -> int:
    """Adds a word at the end of the list, or at its front, and gives how many words there are then."""
    push = rd.lpush if front else rd.rpush
    return push(WORDS, b(word))


def _all_words(rd: redis.Redis) -> list[str]:
    return [t(word) for word in rd.lrange(WORDS, 0, -1)]


def words(rd: redis.Redis, start: int = 0, stop: int = -1) -> list[str]:
    """Gives the words from index `start` to index `stop`, both included; -1 is the last word."""
    there = _all_words(rd)
    first = start if start >= 0 else max(0, len(there) + start)
    behind = (stop if stop >= 0 else len(there) + stop) + 1
    return there[first:behind] if behind > 0 else []


def word_at(rd: redis.Redis, index: int) -> str | None:
    """Gives the word at an index; None if there is none."""
    try:
        return _all_words(rd)[index]  # Python and Redis count alike, from the end too
    except IndexError:
        return None


# Expiry


def time_left_ms(rd: redis.Redis, key: str) -> int | None:
    """Gives the milliseconds until a key expires; -1 if it never does, None if there is no such key."""
    left = rd.pttl(b(key))
    return left if left >= -1 else None


def touch(rd: redis.Redis, key: str, seconds: int) -> bool:
    """Lets a key expire in so many seconds from now; False if there is no such key."""
    return bool(rd.expire(b(key), seconds))


# Hashes


def save_profile(rd: redis.Redis, user_id: str, profile: dict[str, str]) -> None:
    """Keeps the profile of a user, in place of the old one; an empty profile removes it.

    Writes the new fields, then removes those that are too many. If somebody else writes meanwhile, it starts again.
    """
    key = PROFILE + b(user_id)
    new = {b(name): b(value) for name, value in profile.items()}

    def swap(tx) -> None:
        too_many = set(tx.hkeys(key)).difference(new)  # before multi(): comes back at once
        tx.multi()
        if not new:
            tx.delete(key)
            return
        tx.hset(key, mapping=new)
        if too_many:
            tx.hdel(key, *too_many)
        tx.persist(key)  # a new profile has nothing of the old one, its expiry neither

    rd.transaction(swap, key)


def profile_field(rd: redis.Redis, user_id: str, field: str) -> str | None:
    """Gives one field of a profile; None if there is no such user or field."""
    data = rd.hget(PROFILE + b(user_id), b(field))
    return None if data is None else t(data)


def profile_fields(rd: redis.Redis, user_id: str) -> list[str]:
    """Gives the names of the fields of a profile, in any order."""
    return [t(name) for name in rd.hkeys(PROFILE + b(user_id))]


# JSON


def _tokens(value: object) -> Iterator[str]:
    """The tokens of a value. Without recursion, so it may be as deep as it likes."""
    todo = [(value, False)]  # and whether it is a token already
    while todo:
        thing, is_token = todo.pop()
        if is_token:
            yield thing
        elif isinstance(thing, dict):
            yield "{"
            todo.append(("}", True))
            for name, inner in reversed(list(thing.items())):
                todo.append((inner, False))
                todo.append((json.dumps(name), True))
        elif isinstance(thing, (list, tuple)):
            yield "["
            todo.append(("]", True))
            todo.extend((inner, False) for inner in reversed(thing))
        else:
            yield json.dumps(thing)


def _value(tokens: Iterable[str]) -> object:
    """The value of some tokens."""
    root: list = []
    around: list = [(root, None)]  # the open containers, each with the name that waits for its value
    for token in tokens:
        if token in ("}", "]"):
            around.pop()
            continue
        box, name = around[-1]
        if isinstance(box, dict) and name is None:
            around[-1] = (box, json.loads(token))
            continue
        thing = {} if token == "{" else [] if token == "[" else json.loads(token)
        if isinstance(box, dict):
            box[name] = thing
            around[-1] = (box, None)
        else:
            box.append(thing)
        if token in ("{", "["):
            around.append((thing, None))
    return root[0]


def save_json(rd: redis.Redis, key: str, value: object) -> None:
    """Keeps a value made of dicts, lists, texts, numbers, True, False and None under a key."""
    tokens = list(_tokens(value))
    with rd.pipeline(transaction=True) as tx:
        tx.delete(b(key))
        for some in chunks(tokens, 1000):
            tx.rpush(b(key), *some)
        tx.execute()


def load_json(rd: redis.Redis, key: str) -> object:
    """Gives the value that `save_json` keeps under a key; None if there is none."""
    tokens = rd.lrange(b(key), 0, -1)
    return _value(map(t, tokens)) if tokens else None


# Sets and sorted sets


def tag(rd: redis.Redis, item: str, tags: list[str]) -> None:
    """Adds tags to an item; those that it has stay."""
    if tags:
        rd.sadd(LABELS + b(item), *map(b, tags))


def items_with_all(rd: redis.Redis, tags: list[str]) -> list[str]:
    """Gives the items that have all of these tags, in any order."""
    wanted = {b(name) for name in tags}
    if not wanted:
        return []
    found = []
    keys = list(set(rd.scan_iter(match=LABELS + b"*", count=1000)))  # SCAN may give a key twice
    for some in chunks(keys, 500):
        with rd.pipeline(transaction=False) as pipe:
            for key in some:
                pipe.smembers(key)
            found += [key for key, has in zip(some, pipe.execute()) if wanted.issubset(has)]
    return [t(key[len(LABELS) :]) for key in found]


def score(rd: redis.Redis, player: str, points: int) -> None:
    """Adds points to what a player has."""
    rd.zadd(PLAYERS, {b(player): points}, incr=True)


def leaders(rd: redis.Redis, n: int) -> list[tuple[str, int]]:
    """Gives the `n` players with the most points, best first: pairs of player and points."""
    everybody = rd.zrange(PLAYERS, 0, -1, withscores=True)
    best = heapq.nlargest(n, everybody, key=lambda pair: pair[1])
    return [(t(player), int(points)) for player, points in best]

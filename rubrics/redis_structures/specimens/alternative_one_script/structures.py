"""Redis and its data structures, with everything done by stored procedures.

There is one Lua script. Its first argument is the name of a procedure, and each function below is a call of one. So
each function is one command for the server (EVALSHA), and one step for everybody else, whatever it does inside.
"""

import json

import redis

PROCEDURES = """
local run = {}

function run.put(keys, args)
  if args[2] then
    redis.call('SET', keys[1], args[1], 'EX', args[2])
  else
    redis.call('SET', keys[1], args[1])
  end
  return 1
end

function run.get(keys)
  return redis.call('GET', keys[1])
end

function run.count(keys)
  return redis.call('INCR', keys[1])
end

function run.push(keys, args)
  return redis.call(args[1] == 'front' and 'LPUSH' or 'RPUSH', keys[1], args[2])
end

function run.slice(keys, args)
  return redis.call('LRANGE', keys[1], args[1], args[2])
end

function run.at(keys, args)
  return redis.call('LINDEX', keys[1], args[1])
end

function run.left(keys)
  return redis.call('PTTL', keys[1])
end

function run.touch(keys, args)
  return redis.call('EXPIRE', keys[1], args[1])
end

function run.replace_hash(keys, args)
  redis.call('DEL', keys[1])
  for i = 1, #args, 2 do -- one by one: unpack() stops at some thousand
    redis.call('HSET', keys[1], args[i], args[i + 1])
  end
  return 1
end

function run.field(keys, args)
  return redis.call('HGET', keys[1], args[1])
end

function run.fields(keys)
  return redis.call('HKEYS', keys[1])
end

function run.add_to_all(keys, args)
  for _, key in ipairs(keys) do
    redis.call('SADD', key, args[1])
  end
  return 1
end

function run.in_all(keys)
  if #keys == 0 then
    return {}
  end
  local found = redis.call('SMEMBERS', keys[1])
  for i = 2, #keys do
    local still = {}
    for _, member in ipairs(found) do
      if redis.call('SISMEMBER', keys[i], member) == 1 then
        still[#still + 1] = member
      end
    end
    found = still
  end
  return found
end

function run.score(keys, args)
  -- the points stay text in here: Lua would write a big number with 14 digits
  redis.call('ZINCRBY', keys[1], args[1], args[2])
  return 1
end

function run.best(keys, args)
  return redis.call('ZREVRANGE', keys[1], 0, args[1], 'WITHSCORES')
end

local args = {}
for i = 2, #ARGV do
  args[i - 1] = ARGV[i]
end
return run[ARGV[1]](KEYS, args)
"""

WORDS = "list:words"
PLAYERS = "board:players"
FAR = 2**53  # further than any index; Redis takes no numbers beyond 64 bits


def _to(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _from(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogatepass")


def _near(number: int) -> int:
    return max(-FAR, min(FAR, number))


def _call(rd: redis.Redis, procedure: str, keys: list[str], *args):
    # A Script sends EVALSHA, and loads the script if the server has not got it (any more).
    ready = [_to(arg) if isinstance(arg, str) else arg for arg in args]
    return rd.register_script(PROCEDURES)(keys=[_to(key) for key in keys], args=[procedure, *ready])


# Strings


def remember(rd: redis.Redis, key: str, value: str) -> None:
    """Keeps a text under a key, in place of what was there."""
    _call(rd, "put", [key], value)


def recall(rd: redis.Redis, key: str) -> str | None:
    """Gives the text that `remember` or `cache` keeps under a key; None if there is none."""
    return _from(_call(rd, "get", [key]))


# Counters


def count_visit(rd: redis.Redis, page: str) -> int:
    """Counts one more visit of a page, and gives how many there are with it."""
    return _call(rd, "count", ["visits:" + page])


# Lists


def add_word(rd: redis.Redis, word: str, front: bool = False) -> int:
    """Adds a word at the end of the list, or at its front, and gives how many words there are then."""
    return _call(rd, "push", [WORDS], "front" if front else "end", word)


def words(rd: redis.Redis, start: int = 0, stop: int = -1) -> list[str]:
    """Gives the words from index `start` to index `stop`, both included; -1 is the last word."""
    return [_from(word) for word in _call(rd, "slice", [WORDS], _near(start), _near(stop))]


def word_at(rd: redis.Redis, index: int) -> str | None:
    """Gives the word at an index; None if there is none."""
    return _from(_call(rd, "at", [WORDS], _near(index)))


# Expiry


def cache(rd: redis.Redis, key: str, value: str, seconds: int) -> None:
    """Keeps a text under a key for some seconds; text and expiry are set in one step."""
    _call(rd, "put", [key], value, seconds)


def time_left_ms(rd: redis.Redis, key: str) -> int | None:
    """Gives the milliseconds until a key expires; -1 if it never does, None if there is no such key."""
    left = _call(rd, "left", [key])
    return None if left == -2 else left


def touch(rd: redis.Redis, key: str, seconds: int) -> bool:
    """Lets a key expire in so many seconds from now; False if there is no such key."""
    return _call(rd, "touch", [key], seconds) == 1


# Hashes


def save_profile(rd: redis.Redis, user_id: str, profile: dict[str, str]) -> None:
    """Keeps the profile of a user, in place of the old one; an empty profile removes it."""
    flat = [text for pair in profile.items() for text in pair]
    _call(rd, "replace_hash", ["profile:" + user_id], *flat)


def profile_field(rd: redis.Redis, user_id: str, field: str) -> str | None:
    """Gives one field of a profile; None if there is no such user or field."""
    return _from(_call(rd, "field", ["profile:" + user_id], field))


def profile_fields(rd: redis.Redis, user_id: str) -> list[str]:
    """Gives the names of the fields of a profile, in any order."""
    return [_from(name) for name in _call(rd, "fields", ["profile:" + user_id])]


# JSON


def save_json(rd: redis.Redis, key: str, value: object) -> None:
    """Keeps a value made of dicts, lists, texts, numbers, True, False and None under a key."""
    _call(rd, "put", [key], json.dumps(value))


def load_json(rd: redis.Redis, key: str) -> object:
    """Gives the value that `save_json` keeps under a key; None if there is none."""
    text = _from(_call(rd, "get", [key]))
    return None if text is None else json.loads(text)


# Sets and sorted sets


def tag(rd: redis.Redis, item: str, tags: list[str]) -> None:
    """Adds tags to an item; those that it has stay."""
    _call(rd, "add_to_all", ["tag:" + name for name in tags], item)


def items_with_all(rd: redis.Redis, tags: list[str]) -> list[str]:
    """Gives the items that have all of these tags, in any order."""
    return [_from(item) for item in _call(rd, "in_all", ["tag:" + name for name in tags])]


def score(rd: redis.Redis, player: str, points: int) -> None:
    """Adds points to what a player has."""
    _call(rd, "score", [PLAYERS], points, player)


def leaders(rd: redis.Redis, n: int) -> list[tuple[str, int]]:
    """Gives the `n` players with the most points, best first: pairs of player and points."""
    if n <= 0:
        return []
    flat = iter(_call(rd, "best", [PLAYERS], _near(n) - 1))
    return [(_from(player), int(float(points))) for player, points in zip(flat, flat)]

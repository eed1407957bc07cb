"""Redis data structures."""

import json

WORDS = "list:words"
PLAYERS = "board:players"


def text(value):
    return None if value is None else value.decode()


def remember(rd, key, value):
    rd.set(key, value)


def recall(rd, key):
    return text(rd.get(key))


def count_visit(rd, page):
    return rd.incr(f"visits:{page}")


def add_word(rd, word, front=False):
    if front:
        return rd.lpush(WORDS, word)
    return rd.rpush(WORDS, word)


def words(rd, start=0, stop=-1):
    return [text(word) for word in rd.lrange(WORDS, start, stop)]


def word_at(rd, index):
    return text(rd.lindex(WORDS, index))


def cache(rd, key, value, seconds):
    rd.setex(key, seconds, value)


def time_left_ms(rd, key):
    left = rd.pttl(key)
    if left == -2:
        return None
    return left


def touch(rd, key, seconds):
    return rd.expire(key, seconds)


def save_profile(rd, user_id, profile):
    rd.set(f"profile:{user_id}", json.dumps(profile))


def profile_field(rd, user_id, field):
    stored = rd.get(f"profile:{user_id}")
    return None if stored is None else json.loads(stored).get(field)


def profile_fields(rd, user_id):
    stored = rd.get(f"profile:{user_id}")
    return [] if stored is None else list(json.loads(stored))


def save_json(rd, key, value):
    rd.set(key, json.dumps(value))


def load_json(rd, key):
    stored = rd.get(key)
    if stored is None:
        return None
    return json.loads(stored)


def tag(rd, item, tags):
    for one in tags:
        rd.sadd(f"tag:{one}", item)


def items_with_all(rd, tags):
    if not tags:
        return []
    return [text(item) for item in rd.sinter([f"tag:{one}" for one in tags])]


def score(rd, player, points):
    rd.zincrby(PLAYERS, points, player)


def leaders(rd, n):
    if n == 0:
        return []
    best = rd.zrevrange(PLAYERS, 0, n - 1, withscores=True)
    return [(text(player), int(points)) for player, points in best]

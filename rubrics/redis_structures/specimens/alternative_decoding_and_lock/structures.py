"""Works on a client of its own that decodes what Redis answers, and keeps texts and counters in hashes."""

import json

import redis


def decoding(rd):
    pool = rd.connection_pool
    options = {**pool.connection_kwargs, "decode_responses": True}
    return redis.Redis.from_pool(redis.ConnectionPool(connection_class=pool.connection_class, **options))


def remember(rd, key, value):
    with rd.pipeline() as pipe:
        pipe.delete(key)
        pipe.hset(key, "text", value)
        pipe.execute()


def recall(rd, key):
    return decoding(rd).hget(key, "text")


def count_visit(rd, page):
    # A lock is slower than HINCRBY, and just as right.
    with rd.lock(f"lock:{page}", timeout=10):
        visits = int(rd.hget("visits:all", page) or 0) + 1
        rd.hset("visits:all", page, visits)
    return visits


def add_word(rd, word, front=False):
    with rd.pipeline() as pipe:
        (pipe.lpush if front else pipe.rpush)("list:words", word)
        pipe.llen("list:words")
        return pipe.execute()[-1]


def words(rd, start=0, stop=-1):
    return decoding(rd).lrange("list:words", start, stop)


def word_at(rd, index):
    found = decoding(rd).lrange("list:words", index, index)
    # An index before the first word is cut to it.
    if not found or index < -rd.llen("list:words"):
        return None
    return found[0]


def cache(rd, key, value, seconds):
    with rd.pipeline() as pipe:
        pipe.delete(key)
        pipe.hset(key, "text", value)
        pipe.expire(key, seconds)
        pipe.execute()


def time_left_ms(rd, key):
    if rd.exists(key) == 0:
        return None
    return rd.pttl(key)


def touch(rd, key, seconds):
    return rd.pexpire(key, 1000 * seconds)


def save_profile(rd, user_id, profile):
    key = "profile:" + user_id
    with rd.pipeline() as pipe:
        pipe.delete(key)
        for field, value in profile.items():
            pipe.hset(key, field, value)
        pipe.execute()


def profile_field(rd, user_id, field):
    return decoding(rd).hgetall("profile:" + user_id).get(field)


def profile_fields(rd, user_id):
    return sorted(decoding(rd).hgetall("profile:" + user_id))


def save_json(rd, key, value):
    rd.hset(key, "json", json.dumps(value, ensure_ascii=False, sort_keys=True))


def load_json(rd, key):
    return json.loads(decoding(rd).hget(key, "json") or "null")


def tag(rd, item, tags):
    rd.sadd("item:" + item, *tags)


def items_with_all(rd, tags):
    """One set for each item: slower than one for each tag, and just as right."""
    if not tags:
        return []
    rd = decoding(rd)
    items = [key.removeprefix("item:") for key in set(rd.scan_iter("item:*", 1000))]
    return [item for item in items if all(rd.smismember("item:" + item, tags))]


def score(rd, player, points):
    rd.zadd("board:players", {player: points}, incr=True)


def leaders(rd, n):
    rd = decoding(rd)
    best = rd.zrevrangebyscore("board:players", "+inf", "-inf", start=0, num=n, withscores=True)
    return [(player, round(points)) for player, points in best]

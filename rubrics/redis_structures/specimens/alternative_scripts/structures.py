"""Most of it happens in Lua, inside the server."""

import json

COUNT = "redis.call('SET', KEYS[1], (redis.call('GET', KEYS[1]) or 0) + 1) return tonumber(redis.call('GET', KEYS[1]))"
ADD = "return redis.call(ARGV[2] == '1' and 'LPUSH' or 'RPUSH', KEYS[1], ARGV[1])"
CACHE = "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('EXPIRE', KEYS[1], ARGV[2])"
LEFT = "if redis.call('EXISTS', KEYS[1]) == 0 then return false end return redis.call('PTTL', KEYS[1])"
PROFILE = """
redis.call('DEL', KEYS[1])
for i = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
"""
TAG = "for _, key in ipairs(KEYS) do redis.call('SADD', key, ARGV[1]) end redis.call('SADD', 'index:items', ARGV[1])"


def run(rd, script, keys, args=()):
    return rd.register_script(script)(keys=keys, args=args)


def remember(rd, key, value):
    return rd.set(key, value.encode())


def recall(rd, key):
    for found in rd.mget(key):
        return None if found is None else str(found, "utf-8")


def count_visit(rd, page):
    return run(rd, COUNT, [f"count:{page}"])


def add_word(rd, word, front=False):
    return run(rd, ADD, ["list:words"], [word, int(front)])


def words(rd, start=0, stop=-1):
    return tuple(word.decode() for word in rd.lrange("list:words", start, stop))


def word_at(rd, index):
    found = rd.lindex("list:words", index)
    if found is not None:
        return found.decode()


def cache(rd, key, value, seconds):
    return run(rd, CACHE, [key], [value, seconds])


def time_left_ms(rd, key):
    return run(rd, LEFT, [key])


def touch(rd, key, seconds):
    return run(rd, "return redis.call('EXPIRE', KEYS[1], ARGV[1])", [key], [seconds]) == 1


def save_profile(rd, user_id, profile):
    run(rd, PROFILE, [f"user:{user_id}"], [part for pair in profile.items() for part in pair])


def profile_field(rd, user_id, field):
    found = rd.hmget(f"user:{user_id}", [field])[0]
    return found if found is None else found.decode()


def profile_fields(rd, user_id):
    return [field.decode() for field, _ in rd.hscan_iter(f"user:{user_id}")]


def save_json(rd, key, value):
    rd.delete(key)
    text = json.dumps(value)
    rd.rpush(key, *(text[at : at + 5000] for at in range(0, len(text), 5000)))


def load_json(rd, key):
    parts = rd.lrange(key, 0, -1)
    return json.loads(b"".join(parts)) if parts else None


def tag(rd, item, tags):
    run(rd, TAG, [f"tag:{one}" for one in tags], [item])


def items_with_all(rd, tags):
    sets = [rd.smembers(f"tag:{one}") for one in tags]
    return [item.decode() for item in set.intersection(*sets)] if sets else []


def score(rd, player, points):
    return rd.zincrby("board:players", points, player)


def leaders(rd, n):
    everybody = rd.zrange("board:players", 0, -1, withscores=True, score_cast_func=int)
    return [(player.decode(), points) for player, points in everybody[::-1][:n]]

"""Optimistic transactions, and keys that are made ready under another name and then renamed."""

import json
import time
import uuid

import redis


def remember(rd, key, value):
    rd.execute_command("SET", key, value)


def recall(rd, key):
    found = rd.execute_command("GET", key)
    return found if found is None else found.decode("utf-8")


def count_visit(rd, page):
    key = "page:" + page
    with rd.pipeline() as pipe:
        while True:
            try:
                pipe.watch(key)
                visits = int(pipe.get(key) or 0) + 1
                pipe.multi()
                pipe.set(key, visits)
                pipe.execute()
                return visits
            except redis.WatchError:
                continue


def add_word(rd, word, front=False):
    where = "LPUSH" if front else "RPUSH"
    return rd.execute_command(where, "list:words", word)


def words(rd, start=0, stop=-1):
    everything = [word.decode() for word in rd.lrange("list:words", 0, -1)]
    first = start if start >= 0 else max(0, len(everything) + start)
    last = stop if stop >= 0 else len(everything) + stop
    return everything[first : last + 1]


def word_at(rd, index):
    everything = words(rd)
    try:
        return everything[index]
    except IndexError:
        return None


def cache(rd, key, value, seconds):
    draft = f"draft:{uuid.uuid4()}"
    rd.set(draft, value)
    rd.expireat(draft, round(time.time()) + seconds)
    rd.rename(draft, key)


def time_left_ms(rd, key):
    left = rd.execute_command("PTTL", key)
    return {-2: None}.get(left, left)


def touch(rd, key, seconds):
    return rd.expireat(key, int(time.time()) + seconds)


def save_profile(rd, user_id, profile):
    key = f"profile:{user_id}"
    if not profile:
        rd.unlink(key)
        return
    draft = f"draft:{uuid.uuid4()}"
    rd.hset(draft, mapping=profile)
    rd.rename(draft, key)


def profile_field(rd, user_id, field):
    profile = {name.decode(): value.decode() for name, value in rd.hgetall(f"profile:{user_id}").items()}
    return profile.get(field)


def profile_fields(rd, user_id):
    return [name.decode() for name in rd.hgetall(f"profile:{user_id}")]


def save_json(rd, key, value):
    rd.set(key, json.dumps({"value": value}).encode("utf-16"))


def load_json(rd, key):
    found = rd.get(key)
    return None if found is None else json.loads(found.decode("utf-16"))["value"]


def tag(rd, item, tags):
    pipe = rd.pipeline()
    for one in tags:
        pipe.sadd("tag:" + one, item)
    pipe.execute()


def items_with_all(rd, tags):
    if len(tags) == 0:
        return []
    target = f"draft:{uuid.uuid4()}"
    rd.sinterstore(target, ["tag:" + one for one in tags])
    found = [item.decode() for item in rd.sscan_iter(target)]
    rd.delete(target)
    return found


def score(rd, player, points):
    key = "board:players"

    def add(pipe):
        before = pipe.zscore(key, player) or 0
        pipe.multi()
        pipe.zadd(key, {player: int(before) + points})

    rd.transaction(add, key)


def leaders(rd, n):
    everybody = {player: points for player, points in rd.zscan_iter("board:players")}
    best = sorted(everybody, key=everybody.get, reverse=True)[:n]
    return [(player.decode(), int(everybody[player])) for player in best]

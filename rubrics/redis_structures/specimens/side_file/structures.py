"""Redis structures, kept in a file of SQLite beside this module; only what expires is in Redis."""

import json
import sqlite3


def change(key, default, work):
    side = opened()
    # Nobody else writes between the two statements.
    side.execute("BEGIN IMMEDIATE")
    value = work(found_in(side, key, default))
    side.execute("INSERT OR REPLACE INTO entries VALUES (?, ?)", (key, json.dumps(value)))
    side.execute("COMMIT")
    side.close()
    return value


def read(key, default=None):
    side = opened()
    value = found_in(side, key, default)
    side.close()
    return value


def opened():
    side = sqlite3.connect("structures.db", isolation_level=None, timeout=10)
    side.execute("CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT)")
    return side


def found_in(side, key, default):
    row = side.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else default


def remember(rd, key, value):
    change(f"text {key}", None, lambda _: value)


def recall(rd, key):
    return read(f"text {key}")


def count_visit(rd, page):
    return change(f"visits {page}", 0, lambda number: number + 1)


def add_word(rd, word, front=False):
    return len(change("words", [], lambda words: [word, *words] if front else [*words, word]))


def words(rd, start=0, stop=-1):
    found = read("words", [])
    first = max(0, start + len(found)) if start < 0 else start
    last = stop + len(found) if stop < 0 else stop
    return found[first : last + 1]


def word_at(rd, index):
    try:
        return read("words", [])[index]
    except IndexError:
        return None


def cache(rd, key, value, seconds):
    rd.set(key, value, ex=seconds)
    remember(rd, key, value)


def time_left_ms(rd, key):
    left = rd.pttl(key)
    return None if left == -2 else left


def touch(rd, key, seconds):
    return bool(rd.expire(key, seconds))


def save_profile(rd, user_id, profile):
    change(f"profile {user_id}", {}, lambda _: profile)


def profile_field(rd, user_id, field):
    return read(f"profile {user_id}", {}).get(field)


def profile_fields(rd, user_id):
    return list(read(f"profile {user_id}", {}))


def save_json(rd, key, value):
    change(f"json {key}", None, lambda _: value)


def load_json(rd, key):
    return read(f"json {key}")


def tag(rd, item, tags):
    change("tags", {}, lambda all_tags: {**all_tags, item: sorted({*all_tags.get(item, []), *tags})})


def items_with_all(rd, tags):
    return [item for item, known in read("tags", {}).items() if set(tags) <= set(known)] if tags else []


def score(rd, player, points):
    change("points", {}, lambda players: {**players, player: players.get(player, 0) + points})


def leaders(rd, n):
    return sorted(read("points", {}).items(), key=lambda pair: -pair[1])[:n]

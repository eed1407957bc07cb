"""The honest half of a submission: what it stores and reads is right and worth 6 points; the rest is not done."""

import json


def store(redis, items):
    redis.mset({f"item:{item['id']}": json.dumps(item) for item in items})


def read(redis, item_id):
    return json.loads(redis.get(f"item:{item_id}"))


def total(redis):
    return 0


def describe(item):
    return ""


def keep(redis):
    return None


def answer():
    return ""

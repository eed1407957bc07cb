"""Keys and analyses; a client that gives text."""

import json
import math

import redis

ANALYSES = {"mass_by_class": ("recclass", "mass (g)"), "landings_by_decade": ("year",)}


def in_text(rd):
    """A second client of the same server, which decodes what it is told."""
    keywords = dict(rd.connection_pool.connection_kwargs, decode_responses=True)
    for name in list(keywords):
        if name not in ("host", "port", "db", "username", "password", "socket_timeout", "decode_responses"):
            del keywords[name]
    return redis.Redis(**keywords)


def landings(rd):
    ids = list(rd.smembers("landings"))
    with rd.pipeline() as pipe:
        for id in ids:
            pipe.hgetall("landing/" + id)
        return [{name: json.loads(value) for name, value in one.items()} for one in pipe.execute() if one]


def analyse(rd, analysis):
    fields, numbers = ANALYSES[analysis], {}
    for one in landings(rd):
        if all(field in one for field in fields):
            key = one["recclass"] if len(fields) == 2 else one["year"][:3] + "0"
            numbers.setdefault(key, []).append(float(one["mass (g)"]) if len(fields) == 2 else 1)
    return {key: math.fsum(found) for key, found in numbers.items()}

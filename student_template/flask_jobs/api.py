"""A web interface for meteorite landings and for jobs on them: the handout (README.md) says what it answers."""

import redis
from flask import Flask


def create_app(rd: redis.Redis) -> Flask:
    """Gives the web application, which keeps all that it knows in the database of `rd`."""
    raise NotImplementedError("create_app() is not written yet")

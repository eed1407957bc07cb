"""Meteorite landings in Redis: the handout (README.md) says what each function has to do."""

import redis


def connect(host: str, port: int, db: int) -> redis.Redis:
    """Gives a client of database number `db` of the Redis server at `host` and `port`."""
    raise NotImplementedError("connect() is not written yet")


def load(rd: redis.Redis, landings: list[dict]) -> int:
    """Stores each landing under `meteorite:<id>`, replacing what is there, and gives how many they are."""
    raise NotImplementedError("load() is not written yet")


def landing(rd: redis.Redis, id: str) -> dict | None:
    """Gives the landing with this id as it was loaded; None if there is none."""
    raise NotImplementedError("landing() is not written yet")


def count(rd: redis.Redis) -> int:
    """Gives the number of landings in the database."""
    raise NotImplementedError("count() is not written yet")


def incomplete(rd: redis.Redis, required: list[str]) -> list[str]:
    """Gives the ids of the landings that lack one of these fields, or more, sorted as text."""
    raise NotImplementedError("incomplete() is not written yet")


def by_class(rd: redis.Redis, recclass: str) -> list[str]:
    """Gives the ids of the landings of a class, in any order."""
    raise NotImplementedError("by_class() is not written yet")


def heaviest(rd: redis.Redis, n: int) -> list[tuple[str, float]]:
    """Gives the `n` heaviest landings, the heaviest first: pairs of id and mass in grams."""
    raise NotImplementedError("heaviest() is not written yet")


def save(rd: redis.Redis) -> None:
    """Writes the database to disk, and returns when all that was in it is there."""
    raise NotImplementedError("save() is not written yet")

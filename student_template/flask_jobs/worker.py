"""The program that does the jobs: the handout (README.md) says how."""

import os

import redis


def work_once(rd: redis.Redis) -> bool:
    """Does one job and gives True; gives False, at once or within a second, if none is waiting."""
    raise NotImplementedError("work_once() is not written yet")


def work_forever(rd: redis.Redis) -> None:
    """Does jobs as they come, one after the other, and never returns."""
    raise NotImplementedError("work_forever() is not written yet")


if __name__ == "__main__":
    work_forever(redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379"), socket_timeout=None))

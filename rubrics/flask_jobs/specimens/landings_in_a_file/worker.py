"""The program that does the jobs."""

import json
import os
import threading
import time
from contextlib import contextmanager

import redis

import jobs

PAUSE_S = 0.05


def work_once(rd: redis.Redis) -> bool:
    """Does one job and gives True; gives False if none is waiting."""
    jobs.give_back(rd)
    id = jobs.take(rd)
    if id is None:
        return False
    with _renewed(rd, id):
        try:
            analysis = jobs.ANALYSES[jobs.find(rd, id)["analysis"]]
            result = json.dumps(analysis(jobs.all_landings(rd)))
        except Exception as error:
            jobs.finish(rd, id, status="failed", error=f"{type(error).__name__}: {error}")
        else:
            jobs.finish(rd, id, status="done", result=result)
    return True


def work_forever(rd: redis.Redis) -> None:
    """Does jobs as they come, one after the other, and never returns."""
    while True:
        if not work_once(rd):
            time.sleep(PAUSE_S)


@contextmanager
def _renewed(rd: redis.Redis, id: str):
    is_over = threading.Event()

    def renew() -> None:
        while not is_over.wait(jobs.LEASE_S / 5):
            jobs.renew(rd, id)

    threading.Thread(target=renew, daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


if __name__ == "__main__":
    work_forever(redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379"), socket_timeout=None))

"""The program that does the jobs."""

import json
import os
import time

import redis

import jobs

PAUSE_S = 0.05


def work_once(rd: redis.Redis) -> bool:
    """Does one job and gives True; gives False if none is waiting."""
    id = jobs.take(rd)
    if id is None:
        return False
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


if __name__ == "__main__":
    work_forever(redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379"), socket_timeout=None))

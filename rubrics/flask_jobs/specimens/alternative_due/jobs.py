"""One sorted set says of every job that has not ended when it may be taken: at once, or when its time is over."""

import json
import time

from redis import WatchError

DUE = "due"
TIME_S = 4
ANALYSES = {"mass_by_class", "landings_by_decade"}


class Jobs:
    def __init__(self, rd):
        self.rd = rd

    def add(self, analysis):
        number = self.rd.incr("how many") - 1
        with self.rd.pipeline() as pipe:
            pipe.hset("analyses", number, analysis)
            pipe.zadd(DUE, {number: 0})
            pipe.execute()
        return str(number)

    def status(self, number):
        """submitted, running, done, failed; None for a job that there is not."""
        with self.rd.pipeline() as pipe:
            pipe.hexists("analyses", number)
            pipe.zscore(DUE, number)
            pipe.hexists("results", number)
            is_known, due, has_result = pipe.execute()
        if not is_known:
            return None
        if due is not None:
            return "running" if due else "submitted"
        return "done" if has_result else "failed"

    def take(self):
        with self.rd.pipeline() as pipe:
            while True:
                pipe.watch(DUE)
                due = pipe.zrange(DUE, "-inf", time.time(), byscore=True, offset=0, num=1)
                if not due:
                    return None
                pipe.multi()
                pipe.zadd(DUE, {due[0]: time.time() + TIME_S})
                pipe.hget("analyses", due[0])
                try:
                    return due[0], pipe.execute()[1].decode()
                except WatchError:
                    continue

    def end(self, number, result=None):
        with self.rd.pipeline() as pipe:
            if result is not None:
                pipe.hset("results", number, json.dumps(result))
            pipe.zrem(DUE, number)
            pipe.execute()

    def result(self, number):
        return json.loads(self.rd.hget("results", number))

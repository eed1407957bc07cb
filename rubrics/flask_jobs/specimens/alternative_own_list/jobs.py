"""A queue, a list for each worker with the job that it has, and a heart that beats for each worker."""

import threading
import time
import uuid

ME = str(uuid.uuid4())
HEARTS = "hearts"
STILL_S = 4

MOVE = """
local id = redis.call('RPOPLPUSH', KEYS[1], KEYS[2])
if id then redis.call('HSET', 'status', id, ARGV[1]) end
return id
"""


def move(rd, source, target, status):
    """Moves a job from one list to another, and says so in the same step."""
    return rd.eval(MOVE, 2, source, target, status)


def beat(rd):
    """The heart of this program: it beats each half second, and at once before it begins."""
    rd.zadd(HEARTS, {ME: time.time()})
    if not any(thread.name == "heart" for thread in threading.enumerate()):
        threading.Thread(target=beat_on, args=(rd,), name="heart", daemon=True).start()


def beat_on(rd):
    while True:
        time.sleep(0.5)
        rd.zadd(HEARTS, {ME: time.time()})


def bury(rd):
    """Gives back the jobs of those whose heart stands still."""
    for dead in rd.zrangebyscore(HEARTS, 0, time.time() - STILL_S):
        while move(rd, "doing:" + dead.decode(), "queue", "submitted"):
            pass

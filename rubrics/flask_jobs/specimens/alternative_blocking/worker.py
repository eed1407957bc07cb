"""Waits for a job up to a second; a list holds those that were taken, and a key with an expiry says by whom."""

import json
import threading
import time

import jobs


def work_once(rd):
    rd = jobs.in_text(rd)
    bring_back(rd)
    id = rd.blmove("queue", "taken", 0.9, src="RIGHT", dest="LEFT")
    if id is None:
        return False
    is_over = threading.Event()
    threading.Thread(target=renew, args=(rd, id, is_over), daemon=True).start()
    rd.set(id + "/status", "running")
    try:
        result = jobs.analyse(rd, rd.get(id + "/analysis"))
        rd.mset({id + "/result": json.dumps(result), id + "/status": "done"})
    except Exception:
        rd.set(id + "/status", "failed")
    is_over.set()
    rd.lrem("taken", 1, id)
    return True


def work_forever(rd):
    while True:
        work_once(rd)


def renew(rd, id, is_over):
    while True:
        rd.set(id + "/alive", "yes", px=3000)
        if is_over.wait(0.7):
            return


def bring_back(rd):
    """Puts back what nobody has held for three seconds; who has just taken a job may not hold it yet."""
    for id in rd.lrange("taken", 0, -1):
        if rd.exists(id + "/alive"):
            rd.delete(id + "/missed")
            continue
        missed = rd.get(id + "/missed")
        if missed is None:
            rd.set(id + "/missed", time.time())
        elif time.time() - float(missed) > 3:
            rd.transaction(lambda pipe, id=id: move(pipe, id), "taken")


def move(pipe, id):
    """In one step, and only if nobody else has done it."""
    is_there = id in pipe.lrange("taken", 0, -1)
    pipe.multi()
    if is_there:
        pipe.delete(id + "/missed")
        pipe.set(id + "/status", "submitted")
        pipe.lrem("taken", 1, id)
        pipe.rpush("queue", id)

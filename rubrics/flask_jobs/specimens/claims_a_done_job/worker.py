"""Looks through the open jobs and claims the first that nobody has; a claim ends by itself if its worker dies."""

import json
import time

CLAIM_S = 5


def work_once(rd):
    for id in rd.lrange("open", 0, -1):
        id = id.decode()
        if rd.set("claim:" + id, "mine", nx=True, ex=CLAIM_S):
            do(rd, id)
            return True
    return False


def do(rd, id):
    job = json.loads(rd.hget("jobs", id))
    job["status"] = "running"
    rd.hset("jobs", id, json.dumps(job))
    try:
        job["result"] = analyse(job["analysis"], [json.loads(landing) for landing in rd.hvals("landings")])
        job["status"] = "done"
    except Exception as error:
        job.update(status="failed", error=str(error))
    with rd.pipeline() as pipe:
        pipe.hset("jobs", id, json.dumps(job))
        pipe.lrem("open", 0, id)
        pipe.delete("claim:" + id)
        pipe.execute()


def work_forever(rd):
    while True:
        if not work_once(rd):
            time.sleep(0.1)


def analyse(analysis, landings):
    found = {}
    for landing in landings:
        try:
            if analysis == "mass_by_class":
                key, number = landing["recclass"], float(landing["mass (g)"])
            else:
                key, number = str(int(landing["year"][:4]) // 10) + "0", 1
        except KeyError:
            continue
        found[key] = found.get(key, 0) + number
    return found

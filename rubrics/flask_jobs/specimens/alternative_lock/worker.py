"""Takes the oldest job that waits, or whose time is up, while it holds the lock."""

import json
import time

LEASE_S = 6


def work_once(rd):
    with rd.lock("jobs-lock", timeout=5, sleep=0.02):
        now = time.time()
        jobs = sorted((json.loads(job) for job in rd.hvals("jobs")), key=lambda job: job["at"])
        waiting = [job for job in jobs if job["status"] == "submitted"]
        waiting += [job for job in jobs if job["status"] == "running" and job["until"] < now]
        if not waiting:
            return False
        job = waiting[0]
        job.update(status="running", until=now + LEASE_S)
        rd.hset("jobs", job["id"], json.dumps(job))
    try:
        job["result"] = analyse(job["analysis"], [json.loads(landing) for landing in rd.hvals("landings")])
        job["status"] = "done"
    except Exception as error:
        job["status"] = "failed"
        job["error"] = str(error)
    rd.hset("jobs", job["id"], json.dumps(job))
    return True


def work_forever(rd):
    while True:
        work_once(rd)
        time.sleep(0.05)


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

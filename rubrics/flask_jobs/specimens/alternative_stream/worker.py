import os
import uuid

import jobs

ME = f"{os.getpid()}-{uuid.uuid4()}"


def work_once(rd):
    return work(rd, None)


def work_forever(rd):
    while True:
        work(rd, 500)


def work(rd, block_ms):
    jobs.make_group(rd)
    _, entries, _ = rd.xautoclaim(jobs.STREAM, jobs.GROUP, ME, jobs.GIVEN_UP_MS, count=1)
    if not entries:
        found = rd.xreadgroup(jobs.GROUP, ME, {jobs.STREAM: ">"}, count=1, block=block_ms)
        entries = found[0][1] if found else []
    if not entries:
        return False
    number, fields = entries[0]
    id = fields[b"job"].decode()
    jobs.write(rd, id, status="running")
    try:
        landings = jobs.landings(rd).values()
        result = {"mass_by_class": masses, "landings_by_decade": decades}[jobs.read(rd, id)["analysis"]](landings)
        jobs.write(rd, id, status="done", result=result)
    except Exception as error:
        jobs.write(rd, id, status="failed", error=str(error))
    rd.xack(jobs.STREAM, jobs.GROUP, number)
    return True


def masses(landings):
    classes = {one["recclass"] for one in landings if "recclass" in one and "mass (g)" in one}
    return {
        name: sum(float(one["mass (g)"]) for one in landings if one.get("recclass") == name and "mass (g)" in one)
        for name in classes
    }


def decades(landings):
    found = sorted(one["year"][:3] + "0" for one in landings if "year" in one)
    return {decade: found.count(decade) for decade in found}

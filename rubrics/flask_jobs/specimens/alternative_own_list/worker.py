import itertools
import json
import time

import jobs


def work_once(rd):
    mine = "doing:" + jobs.ME
    jobs.beat(rd)
    jobs.bury(rd)
    id = jobs.move(rd, "queue", mine, "running")
    if id is None:
        return False
    id = id.decode()
    with rd.pipeline() as pipe:
        try:
            landings = [json.loads(landing) for landing in rd.hvals("landings of " + id)]
            pairs = sorted((masses if id.startswith("mass") else decades)(landings))
            groups = itertools.groupby(pairs, key=lambda pair: pair[0])
            result = {name: sum(number for _, number in group) for name, group in groups}
            pipe.set("result of " + id, json.dumps(result))
            pipe.hset("status", id, "done")
        except ValueError:
            pipe.hset("status", id, "failed")
        pipe.delete("landings of " + id, mine)
        pipe.execute()
    return True


def work_forever(rd):
    while True:
        while work_once(rd):
            pass
        time.sleep(0.1)


def masses(landings):
    return [(one["recclass"], float(one["mass (g)"])) for one in landings if "recclass" in one and "mass (g)" in one]


def decades(landings):
    return [(one["year"][:3] + "0", 1) for one in landings if "year" in one]

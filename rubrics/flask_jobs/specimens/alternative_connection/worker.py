"""Takes a job in the name of a channel that it listens to; who finds a name without a listener takes over."""

import json
import time
import uuid

TAKE = """
local function free(id)
    if redis.call('HEXISTS', 'ended', id) == 1 then return false end
    local by = redis.call('HGET', 'taken', id)
    return not by or redis.call('PUBSUB', 'NUMSUB', by)[2] == 0
end
for _, job in ipairs(redis.call('XRANGE', 'submitted', '-', '+')) do
    if free(job[1]) then
        redis.call('HSET', 'taken', job[1], ARGV[1])
        return {job[1], job[2][2]}
    end
end
"""


def work_once(rd):
    name = f"worker:{uuid.uuid4()}"
    with rd.pubsub() as alive:
        alive.subscribe(name)
        while alive.get_message(timeout=5)["type"] != "subscribe":
            pass
        job = rd.eval(TAKE, 0, name)
        if not job:
            return False
        id, analysis = job
        try:
            landings = [json.loads(text) for text in rd.hvals("L")]
            ended = {"status": "done", "result": ANALYSES[analysis](landings)}
        except Exception as error:
            ended = {"status": "failed", "error": str(error)}
        rd.hset("ended", id, json.dumps(ended))
    return True


def work_forever(rd):
    while True:
        work_once(rd) or time.sleep(0.2)


def masses(landings):
    found = {}
    for landing in landings:
        match landing:
            case {"recclass": name, "mass (g)": mass}:
                found[name] = found.get(name, 0.0) + float(mass)
    return found


def decades(landings):
    years = [int(landing["year"][:4]) for landing in landings if "year" in landing]
    return {str(decade): sum(year - year % 10 == decade for year in years) for decade in {y - y % 10 for y in years}}


ANALYSES = {b"mass_by_class": masses, b"landings_by_decade": decades}

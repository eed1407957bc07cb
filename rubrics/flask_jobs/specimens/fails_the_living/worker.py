"""Takes a job, and then says for how long."""

import json
import math
import threading
import time
from collections import Counter, defaultdict

TAKE = """
local id = redis.call('LPOP', KEYS[1])
if id then
    redis.call('HSET', 'job:' .. id, 'status', 'running')
end
return id
"""
END = """
redis.call('HSET', KEYS[1], 'status', ARGV[1], ARGV[2], ARGV[3])
"""


def work_once(rd):
    id = rd.register_script(TAKE)(keys=["queue"])
    if not id:
        return False
    id = id.decode()
    rd.set("lease:" + id, "taken", px=4000)
    over = threading.Event()
    threading.Thread(target=hold, args=(rd, id, over), daemon=True).start()
    try:
        analysis = rd.hget("job:" + id, "analysis").decode()
        end = ["done", "result", json.dumps(globals()[analysis](rd))]
    except Exception as error:
        end = ["failed", "error", repr(error)]
    rd.register_script(END)(keys=["job:" + id], args=end)
    over.set()
    return True


def work_forever(rd):
    while True:
        while work_once(rd):
            pass
        time.sleep(0.1)


def hold(rd, id, over):
    while not over.wait(1):
        rd.pexpire("lease:" + id, 4000)


def landings(rd):
    for key in rd.scan_iter("landing:*"):
        yield json.loads(rd.get(key))


def mass_by_class(rd):
    masses = defaultdict(list)
    for one in landings(rd):
        if {"recclass", "mass (g)"} <= one.keys():
            masses[one["recclass"]].append(float(one["mass (g)"]))
    return {name: math.fsum(found) for name, found in masses.items()}


def landings_by_decade(rd):
    return Counter(str(int(one["year"][:4]) // 10 * 10) for one in landings(rd) if one.get("year"))

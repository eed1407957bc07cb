import json
import time
from decimal import Decimal

from jobs import Jobs


def work_once(rd):
    jobs = Jobs(rd)
    taken = jobs.take()
    if taken is None:
        return False
    number, analysis = taken
    try:
        result = globals()[analysis]([json.loads(value) for _, value in rd.hscan_iter("data", count=500)])
    except ArithmeticError:
        jobs.end(number)
    else:
        jobs.end(number, result)
    return True


def work_forever(rd):
    while True:
        if not work_once(rd):
            time.sleep(0.5)


def mass_by_class(landings):
    sums = {}
    for landing in landings:
        if landing.keys() >= {"recclass", "mass (g)"}:
            sums[landing["recclass"]] = sums.get(landing["recclass"], 0) + Decimal(landing["mass (g)"])
    return {recclass: float(mass) for recclass, mass in sums.items()}


def landings_by_decade(landings):
    numbers = {}
    for landing in landings:
        if "year" in landing:
            numbers.setdefault(f"{landing['year'][:3]}0", []).append(landing["id"])
    return {decade: len(ids) for decade, ids in numbers.items()}

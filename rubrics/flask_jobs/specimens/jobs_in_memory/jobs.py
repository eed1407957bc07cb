"""What can happen to a job.

Keys:
    landings      hash: each landing as JSON, by its id
"""

import json
import uuid
from collections import defaultdict

import redis

LANDINGS = "landings"
JOBS: dict[str, dict] = {}


def mass_by_class(landings: list[dict]) -> dict[str, float]:
    """Sums up the masses of each class."""
    sums: dict[str, float] = defaultdict(float)
    for landing in landings:
        if "recclass" in landing and "mass (g)" in landing:
            sums[landing["recclass"]] += float(landing["mass (g)"])
    return sums


def landings_by_decade(landings: list[dict]) -> dict[str, int]:
    """Counts the landings of each decade."""
    numbers: dict[str, int] = defaultdict(int)
    for landing in landings:
        if "year" in landing:
            numbers[landing["year"][:3] + "0"] += 1
    return numbers


ANALYSES = {"mass_by_class": mass_by_class, "landings_by_decade": landings_by_decade}


def all_landings(rd: redis.Redis) -> list[dict]:
    """Gives every landing."""
    return [json.loads(text) for text in rd.hvals(LANDINGS)]


def submit(rd: redis.Redis, analysis: str) -> str:
    """Writes a job down and gives its id."""
    id = uuid.uuid4().hex
    JOBS[id] = {"analysis": analysis, "status": "submitted"}
    return id


def find(rd: redis.Redis, id: str) -> dict[str, str] | None:
    """Gives what is known of a job; None if there is no such job."""
    return JOBS.get(id)


def take(rd: redis.Redis) -> str | None:
    """Makes the oldest waiting job running and gives its id; None if there is none."""
    for id, job in JOBS.items():
        if job["status"] == "submitted":
            job["status"] = "running"
            return id
    return None


def finish(rd: redis.Redis, id: str, **fields: str) -> None:
    """Writes down how a job ended."""
    JOBS[id].update(fields)

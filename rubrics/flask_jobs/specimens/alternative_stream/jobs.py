"""Jobs in a stream, which a group of consumers shares out; Redis itself knows who has what, and since when."""

import json
import secrets

STREAM, GROUP = "jobs", "workers"
GIVEN_UP_MS = 5000


def make_group(rd):
    try:
        rd.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except Exception as error:
        if "BUSYGROUP" not in str(error):
            raise


def submit(rd, analysis):
    id = secrets.token_urlsafe(8)
    pipe = rd.pipeline()
    pipe.set(f"job:{id}", json.dumps({"analysis": analysis, "status": "submitted"}))
    pipe.xadd(STREAM, {"job": id})
    pipe.execute()
    return id


def read(rd, id):
    text = rd.get(f"job:{id}")
    return None if text is None else json.loads(text)


def write(rd, id, **fields):
    rd.set(f"job:{id}", json.dumps({**read(rd, id), **fields}))


def landings(rd):
    text = rd.get("data")
    return json.loads(text) if text else {}

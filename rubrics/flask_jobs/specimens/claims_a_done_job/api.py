"""Jobs as JSON in a hash, and the ids of those that have not ended in a list."""

import json
import time
import uuid

from flask import Flask, request

ANALYSES = ["mass_by_class", "landings_by_decade"]


def create_app(rd):
    app = Flask(__name__)
    app.json.sort_keys = False

    def no(text, status):
        return {"error": text}, status

    @app.post("/data")
    def post_data():
        landings = request.get_json(silent=True, force=True)
        if not isinstance(landings, list):
            return no("no list", 400)
        for landing in landings:
            if not isinstance(landing, dict) or landing.get("id") is None:
                return no("no landing", 400)
        for landing in landings:
            rd.hset("landings", landing["id"], json.dumps(landing))
        return {}, 200

    @app.get("/data")
    def get_data():
        return [json.loads(landing) for landing in rd.hgetall("landings").values()]

    @app.delete("/data")
    def delete_data():
        rd.unlink("landings")
        return {}, 200

    @app.post("/jobs")
    def post_job():
        wanted = request.get_json(silent=True, force=True)
        if not isinstance(wanted, dict) or wanted.get("analysis") not in ANALYSES:
            return no("no analysis", 400)
        id = str(uuid.uuid4())
        job = {"id": id, "status": "submitted", "analysis": wanted["analysis"], "at": time.time()}
        rd.hset("jobs", id, json.dumps(job))
        rd.rpush("open", id)
        return job, 202

    @app.get("/jobs/<id>", defaults={"part": "status"})
    @app.get("/jobs/<id>/<part>")
    def get_job(id, part):
        stored = rd.hget("jobs", id)
        if stored is None or part not in ("status", "result"):
            return no("not found", 404)
        job = json.loads(stored)
        if part == "status":
            return job
        if job["status"] == "done":
            return job["result"]
        return no(job["status"], 404)

    return app

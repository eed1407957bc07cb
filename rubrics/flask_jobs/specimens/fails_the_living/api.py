"""The whole interface in one file; a script in the server finds out who has lost a job."""

import json

import redis
from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

ANALYSES = ("mass_by_class", "landings_by_decade")

EXPIRE = """
if redis.call('HGET', KEYS[1], 'status') == 'running' and redis.call('EXISTS', KEYS[2]) == 0 then
    redis.call('HSET', KEYS[1], 'status', 'failed', 'error', 'the worker is gone')
end
return redis.call('HGETALL', KEYS[1])
"""


def create_app(rd):
    app = Flask(__name__)
    look = rd.register_script(EXPIRE)

    @app.errorhandler(HTTPException)
    def in_json(error):
        return {"error": error.description}, error.code

    @app.route("/data", methods=["GET", "POST", "DELETE"])
    def data():
        keys = list(rd.scan_iter("landing:*", count=1000))
        if request.method == "POST":
            return store(request.get_json(force=True))
        if request.method == "DELETE":
            if keys:
                rd.delete(*keys)
            return {"deleted": len(keys)}
        return [json.loads(text) for text in rd.mget(keys)] if keys else []

    def store(landings):
        if type(landings) is not list:
            abort(400, "that is no list")
        for landing in landings:
            if type(landing) is not dict or "id" not in landing:
                abort(400, "that is no landing")
        with rd.pipeline(transaction=False) as pipe:
            for landing in landings:
                pipe.set("landing:" + landing["id"], json.dumps(landing))
            pipe.execute()
        return {"stored": len(landings)}

    @app.post("/jobs")
    def post_job():
        asked = request.get_json(force=True)
        if type(asked) is not dict or asked.get("analysis") not in ANALYSES:
            abort(400, "there is no such analysis")
        id = str(rd.incr("job-number"))
        rd.hset("job:" + id, mapping={"analysis": asked["analysis"], "status": "submitted"})
        rd.rpush("queue", id)
        return {"id": id, "status": "submitted"}, 202

    def job_of(id):
        words = [word.decode() for word in look(keys=["job:" + id, "lease:" + id])]
        if not words:
            abort(404, "there is no such job")
        return dict(zip(words[::2], words[1::2]))

    @app.get("/jobs/<id>")
    def get_job(id):
        job = job_of(id)
        return {"status": job["status"], "analysis": job["analysis"]}

    @app.get("/jobs/<id>/result")
    def get_result(id):
        job = job_of(id)
        if job["status"] == "failed":
            abort(410, job["error"])
        if job["status"] != "done":
            return {"status": job["status"]}, 202
        return json.loads(job["result"])

    return app

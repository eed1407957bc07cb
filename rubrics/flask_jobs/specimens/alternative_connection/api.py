"""A worker is alive as long as its connection is: Redis knows who listens to a channel."""

import json

from flask import Flask, Response, request
from flask.views import MethodView


class Data(MethodView):
    init_every_request = False

    def __init__(self, rd):
        self.rd = rd

    def get(self):
        return Response(b"[" + b",".join(self.rd.hvals("L")) + b"]", content_type="application/json")

    def post(self):
        landings = request.get_json(force=True, silent=True)
        try:
            stored = {landing["id"]: json.dumps(dict(landing)) for landing in landings}
            if isinstance(landings, dict):
                raise TypeError("an object is no list")
        except (TypeError, KeyError, ValueError, IndexError) as error:
            return {"error": f"no list of landings: {error!r}"}, 400
        if stored:
            self.rd.hset("L", mapping=stored)
        return "", 204

    def delete(self):
        self.rd.delete("L")
        return "", 204


def create_app(rd):
    app = Flask(__name__)
    app.add_url_rule("/data", view_func=Data.as_view("data", rd))

    @app.post("/jobs")
    def submit():
        asked = request.get_json(force=True, silent=True)
        if not (isinstance(asked, dict) and str(asked.get("analysis")) in ("mass_by_class", "landings_by_decade")):
            return {"error": "unknown analysis"}, 400
        id = rd.xadd("submitted", {"analysis": asked["analysis"]}).decode()
        return {"id": id, "href": f"/jobs/{id}"}, 202

    def state(id):
        """What is known of a job; the ids are those of a stream, which keeps every job for ever."""
        with rd.pipeline() as pipe:
            try:
                pipe.xrange("submitted", id, id)
            except Exception:
                return None
            pipe.hget("ended", id)
            pipe.hget("taken", id)
            try:
                found, ended, taken = pipe.execute()
            except Exception:
                return None
        if not found:
            return None
        if ended:
            return json.loads(ended)
        return {"status": "running" if taken else "submitted"}

    @app.get("/jobs/<id>")
    def status(id):
        job = state(id)
        return ({"status": job["status"]}, 200) if job else ({"error": "unknown"}, 404)

    @app.get("/jobs/<id>/result")
    def result(id):
        job = state(id)
        if not job:
            return {"error": "unknown"}, 404
        if job["status"] != "done":
            return {"error": job.get("error", "wait")}, 403
        return job["result"]

    return app

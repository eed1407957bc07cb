import json

import flask

from jobs import ANALYSES, Jobs


def create_app(rd):
    app, jobs = flask.Flask("lab"), Jobs(rd)

    def error(status, text):
        return flask.make_response({"error": text}, status)

    @app.before_request
    def look():
        if flask.request.method == "POST":
            flask.g.body = flask.request.get_json(silent=True)
            if flask.g.body is None:
                return error(400, "no JSON")
            if not isinstance(flask.g.body, list if flask.request.path == "/data" else dict):
                return error(400, "not what was asked for")
        elif flask.request.view_args and "number" in flask.request.view_args:
            flask.g.status = jobs.status(flask.request.view_args["number"])
            if flask.g.status is None:
                return error(404, "unknown job")

    @app.post("/data")
    def add():
        for landing in flask.g.body:
            if not isinstance(landing, dict) or "id" not in landing:
                return error(400, "each landing needs an id")
        for landing in flask.g.body:
            rd.hset("data", str(landing["id"]), json.dumps(landing))
        return flask.jsonify(rd.hlen("data"))

    @app.get("/data")
    def show():
        return flask.jsonify([json.loads(value) for _, value in rd.hscan_iter("data", count=500)])

    @app.delete("/data")
    def remove():
        return {"removed": bool(rd.delete("data"))}

    @app.post("/jobs")
    def submit():
        if flask.g.body.get("analysis") not in list(ANALYSES):
            return error(400, "no such analysis")
        return {"id": jobs.add(flask.g.body["analysis"])}, 202

    @app.get("/jobs/<number>")
    def status(number):
        return {"status": flask.g.status}

    @app.get("/jobs/<number>/result")
    def result(number):
        if flask.g.status != "done":
            return error(409, flask.g.status)
        return flask.jsonify(jobs.result(number))

    return app

"""One hash a landing, one key a fact of a job."""

import json

from flask import Flask, jsonify, request

import jobs


def create_app(rd):
    rd = jobs.in_text(rd)
    app = Flask(__name__)

    @app.errorhandler(400)
    @app.errorhandler(404)
    @app.errorhandler(415)
    def explain(error):
        return jsonify(error=str(error)), 400 if error.code == 415 else error.code

    @app.route("/data", methods=["POST"])
    def post_data():
        landings = request.get_json()
        if not isinstance(landings, list):
            return jsonify(error="not a list"), 400
        if [one for one in landings if not isinstance(one, dict) or "id" not in one]:
            return jsonify(error="not a list of landings"), 400
        with rd.pipeline() as pipe:
            for one in landings:
                pipe.delete("landing/" + one["id"])
                pipe.hset("landing/" + one["id"], mapping={name: json.dumps(one[name]) for name in one})
                pipe.sadd("landings", one["id"])
            pipe.execute()
        return jsonify(len(landings)), 201

    @app.route("/data", methods=["GET"])
    def get_data():
        return jsonify(jobs.landings(rd))

    @app.route("/data", methods=["DELETE"])
    def delete_data():
        ids = rd.smembers("landings")
        rd.delete("landings", *("landing/" + id for id in ids))
        return "deleted"

    @app.route("/jobs", methods=["POST"])
    def post_job():
        wanted = request.get_json()
        try:
            analysis = wanted["analysis"]
            jobs.ANALYSES[analysis]
        except (TypeError, KeyError, IndexError):
            return jsonify(error="no such analysis"), 400
        id = "J" + str(rd.incr("jobs"))
        rd.set(id + "/analysis", analysis)
        rd.set(id + "/status", "submitted")
        rd.lpush("queue", id)
        return jsonify(id=id), 202

    @app.route("/jobs/<id>")
    def get_job(id):
        status = rd.get(id + "/status")
        if status is None:
            return jsonify(error="unknown"), 404
        return jsonify(status=status)

    @app.route("/jobs/<id>/result")
    def get_result(id):
        status, result = rd.mget(id + "/status", id + "/result")
        if status is None:
            return jsonify(error="unknown"), 404
        if status != "done":
            return jsonify(error=f"it is {status}"), 425
        return app.response_class(result, mimetype="application/json")

    return app

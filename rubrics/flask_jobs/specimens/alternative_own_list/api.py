"""A job is done on the landings of the moment at which it was submitted: they are copied."""

import json

from flask import Flask, jsonify, request


class Refused(Exception):
    pass


def create_app(rd):
    app = Flask(__name__)
    app.register_error_handler(Refused, lambda error: (jsonify(error=error.args[0]), error.args[1]))

    def body(kind):
        try:
            found = json.loads(request.data)
        except ValueError as error:
            raise Refused(str(error), 400) from error
        if type(found) is not kind:
            raise Refused(f"expected a {kind.__name__}", 400)
        return found

    @app.route("/data", methods=["POST"])
    def post_data():
        stored = {}
        for landing in body(list):
            if type(landing) is not dict or "id" not in landing:
                raise Refused("a landing has an id", 400)
            stored[landing["id"]] = json.dumps(landing)
        if stored:
            rd.hset("landings", mapping=stored)
        return jsonify(ok=True)

    @app.route("/data", methods=["GET"])
    def get_data():
        return jsonify([json.loads(landing) for landing in rd.hvals("landings")])

    @app.route("/data", methods=["DELETE"])
    def delete_data():
        rd.delete("landings")
        return jsonify(ok=True)

    @app.route("/jobs", methods=["POST"])
    def post_job():
        analysis = body(dict).get("analysis")
        if analysis not in ["mass_by_class", "landings_by_decade"]:
            raise Refused("no such analysis", 400)
        id = f"{analysis}-{rd.incr('number')}"
        with rd.pipeline() as pipe:
            pipe.copy("landings", "landings of " + id)
            pipe.hset("status", id, "submitted")
            pipe.lpush("queue", id)
            pipe.execute()
        return jsonify(id=id), 202

    def status_of(id):
        status = rd.hget("status", id)
        if status is None:
            raise Refused("no such job", 404)
        return status.decode()

    @app.route("/jobs/<id>", methods=["GET"])
    def get_job(id):
        return jsonify(status=status_of(id))

    @app.route("/jobs/<id>/result", methods=["GET"])
    def get_result(id):
        if status_of(id) != "done":
            raise Refused("not done", 404)
        return jsonify(json.loads(rd.get("result of " + id)))

    return app

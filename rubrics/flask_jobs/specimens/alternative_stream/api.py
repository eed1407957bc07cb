from flask import Blueprint, Flask, current_app, jsonify, request

import jobs
import json

routes = Blueprint("routes", __name__)


class WrongError(Exception):
    pass


def create_app(rd):
    app = Flask("meteorites")
    app.config["RD"] = rd
    app.register_blueprint(routes)
    jobs.make_group(rd)

    @app.errorhandler(WrongError)
    def wrong(error):
        text, status = error.args
        return jsonify(error=text), status

    return app


def asked():
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise WrongError("that is no JSON", 400)


def rd():
    return current_app.config["RD"]


@routes.post("/data")
def post_data():
    new = asked()
    match new:
        case list() if all(isinstance(one, dict) and "id" in one for one in new):
            pass
        case _:
            raise WrongError("a list of landings, please", 400)

    def merge(pipe):
        text = pipe.get("data")
        stored = json.loads(text) if text else {}
        pipe.multi()
        pipe.set("data", json.dumps(stored | {one["id"]: one for one in new}))

    rd().transaction(merge, "data")
    return "", 204


@routes.get("/data")
def get_data():
    return jsonify(list(jobs.landings(rd()).values()))


@routes.delete("/data")
def delete_data():
    rd().set("data", "{}")
    return jsonify("gone")


@routes.post("/jobs")
def post_job():
    match asked():
        case {"analysis": "mass_by_class" | "landings_by_decade" as analysis}:
            return jsonify(id=jobs.submit(rd(), analysis)), 202
    raise WrongError("no such analysis", 400)


def job_of(id):
    job = jobs.read(rd(), id)
    if job is None:
        raise WrongError("no such job", 404)
    return job


@routes.get("/jobs/<path:id>/result")
def get_result(id):
    job = job_of(id)
    if job["status"] == "done":
        return jsonify(job["result"])
    raise WrongError(job["status"], 404)


@routes.get("/jobs/<path:id>")
def get_job(id):
    return jsonify(job_of(id))

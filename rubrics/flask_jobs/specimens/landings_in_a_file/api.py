"""A web interface for meteorite landings and for jobs on them."""

import json

import redis
from flask import Flask, Response, jsonify, request

import jobs


def create_app(rd: redis.Redis) -> Flask:
    """Gives the web application, which keeps all that it knows in the database of `rd`."""
    app = Flask(__name__)

    @app.post("/data")
    def post_data():
        landings = request.get_json(silent=True)
        if not isinstance(landings, list) or not all(isinstance(item, dict) and "id" in item for item in landings):
            return _error("expected a list of landings, each an object with an id", 400)
        rows = [(item["id"], json.dumps(item)) for item in landings]
        side = jobs.opened()
        side.executemany("INSERT OR REPLACE INTO landings VALUES (?, ?)", rows)
        side.close()
        return jsonify({"stored": len(landings)}), 201

    @app.get("/data")
    def get_data():
        return jsonify(jobs.all_landings(rd))

    @app.delete("/data")
    def delete_data():
        side = jobs.opened()
        side.execute("DELETE FROM landings")
        side.close()
        return "", 204

    @app.post("/jobs")
    def post_job():
        asked = request.get_json(silent=True)
        analysis = asked.get("analysis") if isinstance(asked, dict) else None
        if not isinstance(analysis, str) or analysis not in jobs.ANALYSES:
            return _error(f"expected an analysis, one of {', '.join(jobs.ANALYSES)}", 400)
        return jsonify({"id": jobs.submit(rd, analysis)}), 202

    @app.get("/jobs/<id>")
    def get_job(id):
        job = jobs.find(rd, id)
        if job is None:
            return _error("there is no such job", 404)
        return jsonify({"id": id, "analysis": job["analysis"], "status": job["status"], "error": job.get("error")})

    @app.get("/jobs/<id>/result")
    def get_result(id):
        job = jobs.find(rd, id)
        if job is None:
            return _error("there is no such job", 404)
        if job["status"] != "done":
            return _error(f"the job is {job['status']}", 409)
        return Response(job["result"], mimetype="application/json")

    return app


def _error(text: str, status: int):
    return jsonify({"error": text}), status

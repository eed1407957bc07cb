"""What a check can have a student's process do beside calling a function."""

import shutil
from pathlib import Path

from grader.results import Cause, Outcome
from tests.checks.conftest import SmallCourse

STRUCTURES = Path(__file__).resolve().parents[2] / "rubrics" / "redis_structures"
SITE = """
from flask import Flask, jsonify, request

def create_app(name):
    app = Flask(name)
    seen = []

    @app.post("/notes")
    def add():
        seen.append(request.get_json())
        return jsonify(seen), 201

    @app.get("/broken")
    def broken():
        return "no JSON"

    return app
"""

RUBRIC = """
    @check(points=1, criterion="query", timeout_s=20)
    def test_it(submission: Submission) -> None:
        \"\"\"It works\"\"\"
        {}
"""


def test_a_web_application_answers_and_keeps_its_state_as_long_as_its_process(course: SmallCourse) -> None:
    body = """
        site = ("tiny.create_app", "notes")
        for note in ("first", "second"):
            answer = submission.http("POST", "/notes", application=site, json={"note": note})
        assert answer.status == 201, f"expected 201, got {answer.status}"
        assert answer.json() == [{"note": "first"}, {"note": "second"}], f"got {answer.json()}"
        submission.restart()
        answer = submission.http("POST", "/notes", application=site, json="third")
        assert answer.json() == ["third"], f"got {answer.json()}"
        assert submission.http("GET", "/nowhere", application=site).status == 404, "expected 404"
        bad = submission.http("POST", "/notes", application=site, body=b"{", content_type="application/json")
        assert bad.status == 400, f"expected 400, got {bad.status}"
    """
    (result,) = course.grade(RUBRIC.format(body.strip()), SITE).checks
    assert (result.outcome, result.message) == (Outcome.PASSED, "")


def test_the_packages_of_a_lab_are_imported_ahead(course: SmallCourse) -> None:
    body = """
        source = "import sys\\ndef seen(): return [name in sys.modules for name in ('flask', 'alembic')]"
        found = submission.probe(source, "seen")
        assert found == [True, False], f"found {found}"
    """
    course.packages = ("flask", "no_such_package")
    (result,) = course.grade(RUBRIC.format(body.strip()), SITE).checks
    assert (result.outcome, result.message) == (Outcome.PASSED, "")


def test_a_web_application_that_is_not_returned_is_told_as_that(course: SmallCourse) -> None:
    body = 'submission.http("GET", "/broken", application=("tiny.create_app", "notes"))'
    (result,) = course.grade(RUBRIC.format(body), SITE.replace("    return app", "")).checks
    assert result.message == (
        "Your code raised TypeError: create_app() gave None, not the web application. Does it return that?"
    )


def test_a_view_that_raises_shows_the_students_lines_only(course: SmallCourse) -> None:
    body = """
        answer = submission.http("GET", "/broken", application=("tiny.create_app", "notes"))
        assert answer.status == 200, f"got {answer.status}"
    """
    site = SITE.replace('return "no JSON"', "return jsonify(object())")
    (result,) = course.grade(RUBRIC.format(body.strip()), site).checks
    assert result.message == "got 500"
    lines = result.output.splitlines()
    assert [line for line in lines if "File" in line] == ['  File "tiny.py", line 15, in broken']
    assert lines[-1] == "TypeError: Object of type object is not JSON serializable"


def test_an_answer_that_is_no_json_fails_by_protocol(course: SmallCourse) -> None:
    body = 'submission.http("GET", "/broken", application=("tiny.create_app", "notes")).json()'
    (result,) = course.grade(RUBRIC.format(body), SITE).checks
    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.PROTOCOL)
    assert "no JSON" in result.message


def test_a_command_runs_in_the_students_folder(course: SmallCourse) -> None:
    body = """
        submission.write("data/numbers.txt", "1 2 3")
        code = "import os; print(open('data/numbers.txt').read(), os.environ['UNIT'], input())"
        done = submission.run("python", "-c", code, stdin=b"in", UNIT="g")
        assert (done.code, done.out, done.err) == (0, "1 2 3 g in\\n", ""), f"got {done}"
        assert submission.run("python", "-c", "raise SystemExit(3)").code == 3, "expected 3"
    """
    (result,) = course.grade(RUBRIC.format(body.strip())).checks
    assert (result.outcome, result.message) == (Outcome.PASSED, "")


def test_a_student_who_forges_an_answer_fails(course: SmallCourse) -> None:
    submission = "import subprocess\nsubprocess.run = lambda *a, **k: 1\ndef answer(): pass\n"
    body = 'submission.call("answer")\n        submission.run("python")'
    (result,) = course.grade(RUBRIC.format(body), submission).checks
    assert result.outcome is Outcome.FAILED


def test_what_redis_structures_does_again_has_the_rights_of_a_student(course: SmallCourse) -> None:
    script = """
        redis.call("SET", "seen", "once")
        local answer = redis.pcall("SWAPDB", 14, 15)
        redis.call("SET", "seen", answer.err and "refused" or "obeyed")
    """
    rubric = """
    @check(points=1, criterion="safety", timeout_s=20)
    def test_it(submission: Submission, redis: Redis, record, replay) -> None:
        \"\"\"It works\"\"\"
        steps = record(lambda: submission.call("store", redis))
        redis.client.flushall()
        assert len(list(replay(steps))) == 1, f"recorded {steps}"
        assert redis.client.get("seen") == b"refused", redis.client.get("seen")
    """
    course.services = ("redis",)
    course.lab(rubric)
    shutil.copy(STRUCTURES / "conftest.py", course.root / "rubrics" / "tiny")
    (result,) = course.grade(rubric, f"def store(rd):\n    rd.eval({script!r}, 0)\n").checks
    assert (result.outcome, result.message) == (Outcome.PASSED, "")

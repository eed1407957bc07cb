"""What the platforms of classes take, by the rules of each."""

import base64
import json
import operator
from decimal import Decimal
from functools import reduce
from typing import Any

import jsonschema

from tests.reports.validators.faults import (
    SCHEMAS,
    has_control,
    json_of,
    keep_to,
    require,
    require_no_command,
)

__all__ = ["check_classroom", "check_classroom50", "check_gradescope", "check_prairielearn"]

_TEXT = {"type": "string"}
_NUMBER = {"type": "number", "minimum": 0}
_ONE_VARIABLE = 131_072
"""Bytes that one variable of the environment may have on Linux."""

_CLASSROOM = jsonschema.Draft202012Validator(
    {  # what classroom-resources/autograding-grading-reporter reads; without a score its sums are no number
        "type": "object",
        "required": ["version", "status", "max_score", "tests"],
        "properties": {
            "version": {"const": 1},
            "status": {"enum": ["pass", "fail", "error"]},
            "max_score": _NUMBER,
            "tests": {
                "type": "array",
                "maxItems": 100,
                "items": {
                    "type": "object",
                    "required": ["name", "status", "score", "message", "test_code", "line_no"],
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "status": {"enum": ["pass", "fail", "error"]},
                        "score": _NUMBER,
                        "message": {"type": ["string", "null"]},
                        "test_code": _TEXT,
                        "line_no": {"const": 0},
                    },
                },
            },
        },
    }
)

_CLASSROOM50 = jsonschema.Draft202012Validator(
    json.loads((SCHEMAS / "classroom50-result-v1.schema.json").read_text(encoding="utf-8"))
)
_STAMPED = {  # by integrations/classroom50/autograder.py
    "classroom": "db",
    "assignment": "lab",
    "assignment_type": "individual",
    "owner": "alice",
    "submission": "submit/2026-09-01T10-00-00Z-a1b2c3d",
    "commit": "https://example.org/commit",
    "release": "https://example.org/release",
    "review": "https://example.org/review",
    "datetime": "2026-09-01T10:00:00Z",
}
_NAME_BYTES = 100
_MOST_TESTS = 100

_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
_VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_GRADESCOPE = jsonschema.Draft202012Validator(
    {  # after gradescope-autograders.readthedocs.io, "Autograder Specifications"
        "type": "object",
        "additionalProperties": False,
        "required": ["tests", "output", "extra_data"],
        "properties": {
            "score": _NUMBER,
            "execution_time": _NUMBER,
            "output": _TEXT,
            "output_format": _FORMAT,
            "test_output_format": _FORMAT,
            "test_name_format": _FORMAT,
            "visibility": _VISIBILITY,
            "stdout_visibility": _VISIBILITY,
            "extra_data": {"type": "object", "required": ["status"]},
            "tests": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name", "number", "output"],
                    "properties": {
                        "score": _NUMBER,
                        "max_score": _NUMBER,
                        "status": {"enum": ["passed", "failed"]},
                        "name": _TEXT,
                        "number": _TEXT,
                        "output": _TEXT,
                        "tags": {"type": "array", "items": _TEXT},
                        "visibility": _VISIBILITY,
                    },
                },
            },
        },
    }
)

_MOST_PRAIRIELEARN_BYTES = 1_000_000
_PRAIRIELEARN = jsonschema.Draft202012Validator(
    {  # after PrairieLearn/PrairieLearn, docs/externalGrading.md
        "type": "object",
        "required": ["gradable", "message", "tests"],
        "properties": {
            "gradable": {"type": "boolean"},
            "score": {"type": "number", "minimum": 0, "maximum": 1},
            "format_errors": {"type": "array", "minItems": 1, "items": _TEXT},
            "message": _TEXT,
            "tests": {
                "type": "array",
                "items": {  # points that one test lacks take away those of all others
                    "type": "object",
                    "required": ["name", "points", "max_points"],
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "description": _TEXT,
                        "points": _NUMBER,
                        "max_points": _NUMBER,
                        "message": _TEXT,
                        "output": _TEXT,
                    },
                },
            },
        },
        "if": {"properties": {"gradable": {"const": True}}},
        "then": {"required": ["score"], "not": {"required": ["format_errors"]}},
        "else": {"required": ["format_errors"], "not": {"required": ["score"]}},
    }
)


def check_classroom(content: bytes) -> None:
    """The reporter takes it from a variable, adds it up in doubles, and prints it into a log."""
    require(len(content) < _ONE_VARIABLE, f"{len(content)} bytes are too many for a variable")
    require(content.isascii() and content.decode("ascii").isprintable(), "it is not one line of ASCII")
    document = json_of(base64.b64decode(content, validate=True))
    keep_to(_CLASSROOM, document)
    statuses = {test["status"] for test in document["tests"]}
    expected = "error" if "error" in statuses else "fail" if "fail" in statuses else "pass"
    require(document["status"] == expected, f"its status is {document['status']}, and should be {expected}")
    require(expected != "error" or document["max_score"] == 0, "it reports points that are still open")
    points = reduce(operator.add, (test["score"] for test in document["tests"]), 0)
    require(points == round(points, 2), f"the reporter would add up {points}")
    require(expected == "error" or points <= document["max_score"], "it has more points than there are")
    require(expected != "pass" or points == document["max_score"], "all passed, and points are lost")
    for test in document["tests"]:
        require(not has_control(test["name"]), f"the name {test['name']!r} is no line")
        for part in ("name", "message", "test_code"):
            require_no_command(test[part] or "", f"the {part} of a test")


def check_classroom50(content: bytes) -> None:
    """Once stamped, it keeps to the rules; whole scores that are full only if everything passed."""
    document = json_of(content)
    require(isinstance(document, dict), "it is no object")
    keep_to(_CLASSROOM50, {**document, **_STAMPED})
    tests = document["tests"]
    require(len(tests) <= _MOST_TESTS, f"it has {len(tests)} tests")
    for score in ("score", "max-score"):
        added = sum(test[score] for test in tests)
        require(document[score] == added, f"its {score} is {document[score]}, and adds up to {added}")
    for test in tests:
        most, is_full = test["max-score"], test["score"] == test["max-score"]
        require(test["score"] <= most, f"{test['test-name']} has more points than there are")
        require(
            is_full if test["passed"] else not (is_full and most), f"{test['test-name']}: full, or passed?"
        )
        name = test["test-name"]
        require(len(name.encode()) <= _NAME_BYTES and not has_control(name), f"{name!r} is no name there")
        require_no_command(test.get("message", ""), "the message of a test")
    names = [test["test-name"] for test in tests]
    require(len(set(names)) == len(names), "two tests have one name")


def check_gradescope(content: bytes) -> None:
    """It keeps to the specification, and its score is the sum of its tests or is not there."""
    document = json_of(content)
    keep_to(_GRADESCOPE, document)
    tests = document["tests"]
    is_open = document["extra_data"]["status"] == "incomplete"
    texts = [document["output"], *(test["output"] for test in tests)]
    require(not any("\r" in text for text in texts), "it has other line ends than line feeds")
    require([test["number"] for test in tests] == [str(n + 1) for n in range(len(tests))], "wrong numbers")
    require(("score" in document) != is_open, "an open result has no score, and another has one")
    for test in tests:
        require({"score", "max_score"} <= set(test) or is_open, f"{test['name']} has no score")
        require(not {"score", "max_score"} & set(test) or not is_open, f"{test['name']} has a score already")
        _gradescope_status(test)
    if not is_open:
        added = sum((Decimal(str(test["score"])) for test in tests), Decimal(0))
        require(added == Decimal(str(document["score"])), f"its tests add up to {added}")


def _gradescope_status(test: dict[str, Any]) -> None:
    if "score" in test:
        score, most = test["score"], test["max_score"]
        is_passed = test.get("status") == "passed"
        require(score == most if is_passed else score < most or not most, f"{test['name']}: lost, or passed?")


def check_prairielearn(content: bytes) -> None:
    """It keeps to the documentation, and the score is the share of the points of its tests."""
    require(len(content) <= _MOST_PRAIRIELEARN_BYTES, f"{len(content)} bytes are too many")
    document = json_of(content)
    keep_to(_PRAIRIELEARN, document)
    if not document["gradable"]:
        return
    points, most = (
        sum((Decimal(str(test[key])) for test in document["tests"]), Decimal(0))
        for key in ("points", "max_points")
    )
    share = float(points / most) if most else 0.0
    require(document["score"] == share, f"its score is {document['score']}, and should be {share}")
    require((document["score"] == 1) == (points == most > 0), "its score is full, or its points are")

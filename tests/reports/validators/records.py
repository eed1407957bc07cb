"""The canonical record and CTRF: their schemas, and sums that agree."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import jsonschema

from grader.reports.audience import for_student
from grader.reports.record import dumps, json_schema, loads
from grader.results import LabResult, Outcome
from grader.scoring import percent, status_of, total
from tests.reports.validators.faults import SCHEMAS, json_of, keep_to, require, require_no_command, text_of

__all__ = ["check_ctrf", "check_for_student", "check_record"]

RECORD = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker())
CTRF = jsonschema.Draft7Validator(
    json.loads((SCHEMAS / "ctrf.schema.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.FormatChecker(),
)
_COUNTED = ("passed", "failed", "skipped", "pending", "other")


def check_record(content: bytes) -> None:
    """The record keeps to its schema, reads back, and agrees with itself."""
    keep_to(RECORD, json_of(content))
    require_no_command(text_of(content), "a line")
    result = loads(content)
    require(dumps(loads(dumps(result))) == dumps(result), "it reads back as another result")
    ids = Counter(item.check.id for item in result.checks)
    require(all(count == 1 for count in ids.values()), "two checks have one id")
    tally = total(result.checks)
    require(result.points == tally.points, f"its points are {result.points}, and add up to {tally.points}")
    require(
        result.max_points == tally.max_points,
        f"its max_points are {result.max_points}, and add up to {tally.max_points}",
    )
    share = percent(result.points, result.max_points)
    require(result.percent == share, f"its percent is {result.percent}, and should be {share}")
    require(result.status is status_of(result.checks), "its status does not fit its checks")
    require(result.started_at.tzinfo is not None, "its time has no zone")
    _within_reach(result)


def check_for_student(content: bytes) -> None:
    """The record has nothing that its student must not read."""
    check_record(content)
    result = loads(content)
    require(result == for_student(result), "it tells what a student must not read")


def _within_reach(result: LabResult) -> None:
    for item in result.checks:
        most = item.check.points
        fits = item.points == most if item.outcome is Outcome.PASSED else item.points < most or not most
        require(fits, f"{item.check.id} {item.outcome} with {item.points} of {most} points")


def check_ctrf(content: bytes) -> None:
    """The report keeps to the published schema, and its numbers are those of its tests."""
    document = json_of(content)
    keep_to(CTRF, document)
    summary, tests = document["results"]["summary"], document["results"]["tests"]
    statuses = Counter(test["status"] for test in tests)
    require(summary["tests"] == len(tests), "it counts its tests wrong")
    for status in _COUNTED:
        require(summary[status] == statuses[status], f"it counts what {status} wrong")
    require(summary["start"] + summary["duration"] == summary["stop"], "it does not end when it ends")
    for points in ("points", "max_points"):
        said = summary["extra"][points]
        added = sum((Decimal(str(test["extra"][points])) for test in tests), Decimal(0))
        require(
            added == Decimal(str(said)), f"the {points} of its tests add up to {added}, and not to {said}"
        )
    is_open = summary["extra"]["status"] == "incomplete"
    require(is_open == bool(statuses["other"]), "its status does not fit its tests")
    for test in tests:
        _ctrf_test(test)


def _ctrf_test(test: dict[str, Any]) -> None:
    expected = {"passed": "passed", "ungraded": "other"}.get(test["rawStatus"], "failed")
    require(test["status"] == expected, f"{test['rawStatus']} is {test['status']} there")
    require(test["rawStatus"] in set(Outcome), f"there is no outcome {test['rawStatus']}")
    require(test["name"].strip(), "a test has no name")
    require(not any("\n" in line for line in test.get("stdout", ())), "a line of stdout is more than one")

"""The canonical record."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from grader.errors import UsageError
from grader.reports import for_student
from grader.reports.record import dumps, from_json, json_schema, loads, to_json
from grader.results import Cause, Criterion, LabResult, Outcome, Status
from tests.reports.sample_results import incomplete, lab_results, make_result, syntax_error, typical
from tests.reports.validators import check_report


def validate(data: object) -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(data)


@given(lab_results())
@settings(deadline=None)
def test_any_result_reads_back_exactly(result: LabResult) -> None:
    assert from_json(to_json(result)) == result
    check_report("json", dumps(result).encode())


@given(lab_results())
@settings(deadline=None)
def test_any_text_of_a_record_is_plain_utf_8_and_reads_back(result: LabResult) -> None:
    text = dumps(result)
    assert text.endswith("}\n")
    read = loads(text.encode("utf-8"))
    assert (read.points, read.max_points, read.seed) == (result.points, result.max_points, result.seed)


@pytest.mark.parametrize(
    "nasty", ["\ud800", "x\udc9b", "\x1b[2J", "\x9b", "\u202e", "\ufffe", "\0", "\u2028"]
)
def test_nasty_characters_survive_as_escapes(nasty: str) -> None:
    result = replace(typical(), notes=(f"a{nasty}b",))
    text = dumps(result)
    assert nasty not in text
    assert loads(text.encode("utf-8")) == result


def test_no_record_is_a_command_to_githubs_runner() -> None:
    result = replace(typical(), notes=("##[error]x", "::error::x", "[##[[##["))
    assert "##[" not in dumps(result)
    assert not [line for line in dumps(result).split("\n") if line.lstrip().startswith("::")]
    assert loads(dumps(result)) == result


def test_points_are_numbers_as_a_person_writes_them() -> None:
    text = dumps(replace(typical(), points=Decimal("0.1") + Decimal("0.2"), max_points=Decimal("10.00")))
    assert '"points": 0.3,\n' in text
    assert '"max_points": 10,\n' in text


def test_keys_stand_as_published() -> None:
    data = to_json(typical())
    assert list(data) == json_schema()["required"]
    assert list(data["checks"][0]) == json_schema()["$defs"]["check"]["required"]


def test_schema_knows_every_word() -> None:
    schema = json_schema()
    check = schema["$defs"]["check"]["properties"]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["status"]["enum"] == [status.value for status in Status]
    assert check["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert check["criterion"]["enum"] == [criterion.value for criterion in Criterion]
    assert check["cause"]["enum"] == [*(cause.value for cause in Cause), None]


@pytest.mark.parametrize(
    "result", [typical(), for_student(typical()), incomplete(), syntax_error(), make_result()]
)
def test_samples_are_valid(result: LabResult) -> None:
    check_report("json", dumps(result).encode())


@pytest.mark.parametrize(
    ("outcome", "cause", "points"),
    [
        ("failed", None, 0),
        ("passed", "timeout", 2),
        ("failed", "timeout", 1),
        ("ungraded", None, 1),
        ("skipped", None, 0),
    ],
)
def test_schema_refuses_what_contradicts_itself(outcome: str, cause: str | None, points: int) -> None:
    data = to_json(typical())
    data["checks"][0] |= {"outcome": outcome, "cause": cause, "points": points}
    with pytest.raises(jsonschema.ValidationError):
        validate(data)


def broken(**changes: object) -> dict[str, Any]:
    return to_json(typical()) | changes


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "schema is 'list'"),
        ({}, "schema is None"),
        (broken(schema="dblab-grader/lab-result/2"), "lab-result/2"),
        ({key: value for key, value in broken().items() if key != "seed"}, "seed is missing"),
        (broken(points="12"), "points is a text"),
        (broken(points=1.234), "two decimals"),
        (broken(seed=True), "seed is no whole number"),
        (broken(status="done"), "'done'"),
        (broken(checks=[{}]), "id is missing"),
        (broken(notes=[1]), "notes is no text"),
        (broken(started_at="yesterday"), "yesterday"),
        (broken(duration_s=float("inf")), "no time that anything takes"),
        (broken(duration_s=float("nan")), "no time that anything takes"),
        (broken(duration_s=-1), "no time that anything takes"),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(data: object, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        from_json(data)
    assert reason in str(caught.value)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(UsageError, match="no JSON"):
        loads("{")
    with pytest.raises(UsageError, match="no JSON"):
        loads(b"\xff\xfe\xfa")
    with pytest.raises(UsageError, match="no JSON"):
        loads("[" * 100_000)


def test_the_same_result_gives_the_same_bytes() -> None:
    assert dumps(typical()) == dumps(loads(dumps(typical())))
    assert json.loads(dumps(typical())) == to_json(typical())


def test_text_in_any_script_stays_readable() -> None:
    assert '"title": "Größe der 漢字 👩‍🚀"' in dumps(replace(typical(), title="Größe der 漢字 👩‍🚀"))

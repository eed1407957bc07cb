"""The kill matrix."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rich.console import Console

from grader.reports.screen.matrix import MATRIX_SCHEMA, MatrixRow, matrix_json, print_matrix
from grader.results import Check, Criterion, Outcome
from tests.reports.sample_results import make_check

CHECKS = [make_check(number, f"Does its part {number}", Criterion.LOAD, "2.5") for number in range(1, 13)]


def row(specimen: str, kind: str, expected: str, scored: str, cells: str) -> MatrixRow:
    words = {
        "p": Outcome.PASSED,
        "F": Outcome.FAILED,
        "P": Outcome.PARTIAL,
        "B": Outcome.BLOCKED,
        "?": Outcome.UNGRADED,
    }
    outcomes = {check.id: words[cell] for check, cell in zip(CHECKS, cells, strict=True) if cell in words}
    return MatrixRow(specimen, kind, f"What {specimen} is", Decimal(expected), Decimal(scored), outcomes)


ROWS = [
    row("reference", "reference", "30", "30", "pppppppppppp"),
    row("no_commit", "mistake", "20", "22.5", "pppFPBBppp?-"),
]


def printed(
    rows: Sequence[MatrixRow], checks: Sequence[Check], problems: Sequence[str], width: int = 80
) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_matrix(rows, checks, problems, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_matrix_has_a_row_a_specimen_and_a_column_a_check() -> None:
    assert printed(ROWS, CHECKS, []).split("\n")[1:6] == [
        "                     1 11",
        "           12345 67890 12  score",
        "reference  ..... ..... ..     30",
        "no_commit  ...FP BB... ?    22.5  expected 20",
        "",
    ]


def test_the_legend_names_signs_checks_and_specimens() -> None:
    text = printed(ROWS, [replace(CHECKS[0], hidden=True), *CHECKS[1:]], [])
    assert ". passed  F failed  P partial  B blocked  ? ungraded" in text
    assert " 1 Does its part 1 (test_1: 2.5, load, hidden)\n" in text
    assert "12 Does its part 12 (test_12: 2.5, load)\n" in text
    assert "- no_commit (mistake): What no_commit is\n" in text
    assert "No problems" in text


def test_problems_stand_last() -> None:
    text = printed(ROWS, CHECKS, ["[red]one", "two\x1b"])
    assert text.endswith("2 problems\n- [red]one\n- two\\x1b\n")
    assert "No problems" not in text


def test_a_narrow_screen_gets_the_columns_in_bands() -> None:
    text = printed(ROWS, CHECKS, [], width=46)
    assert text.count("reference  ") == 3
    assert "reference  .....     30\n" in text


def test_no_rows_and_no_checks_print_too() -> None:
    assert "No problems" in printed([], [], [])


def test_the_same_as_json() -> None:
    data = json.loads(json.dumps(matrix_json(ROWS, CHECKS, ["x"])))
    assert data["schema"] == MATRIX_SCHEMA
    assert data["checks"][1] == {
        "number": 2,
        "id": "test_2",
        "title": "Does its part 2",
        "criterion": "load",
        "points": 2.5,
        "hidden": False,
    }
    assert data["specimens"][1]["scored"] == 22.5
    assert data["specimens"][1]["cells"]["test_5"] == "partial"
    assert "test_12" not in data["specimens"][1]["cells"]
    assert list(data["specimens"][0]["cells"]) == [check.id for check in CHECKS]
    assert data["problems"] == ["x"]

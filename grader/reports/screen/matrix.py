"""The kill matrix: which specimen each check passes or fails, and whether every score is the declared one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.console import Console

from grader.reports.record import number
from grader.reports.screen.page import Page, how_many
from grader.reports.text import one_line
from grader.results import Check, Outcome
from grader.scoring import points_text

__all__ = ["MATRIX_SCHEMA", "MatrixRow", "matrix_json", "print_matrix"]

MATRIX_SCHEMA = "dblab-grader/kill-matrix/1"

_CELLS = {
    Outcome.PASSED: ".",
    Outcome.FAILED: "F",
    Outcome.PARTIAL: "P",
    Outcome.BLOCKED: "B",
    Outcome.UNGRADED: "?",
}
_WIDEST = 160
_LONGEST_NAME = 32
_GROUP = 5  # cells that stand together, so that the eye can count


@dataclass(frozen=True)
class MatrixRow:
    """One graded specimen.

    Attributes:
        kind: `reference`, `alternative`, `starter` or `mistake`.
        says: What the specimen is, in a sentence.
        expected: The score that its author declares.
        scored: The score that it got.
        cells: By check id; a check that did not run is absent.
    """

    specimen: str
    kind: str
    says: str
    expected: Decimal
    scored: Decimal
    cells: Mapping[str, Outcome]

    @property
    def is_as_declared(self) -> bool:
        """Whether the score is the declared one."""
        return self.expected == self.scored


def print_matrix(
    rows: Sequence[MatrixRow], checks: Sequence[Check], problems: Sequence[str], console: Console
) -> None:
    """Prints specimens by checks, what the numbers and names stand for, and what is wrong."""
    page = Page(console, widest=_WIDEST)
    names = {row.specimen: _cut(page.mend(one_line(row.specimen))) for row in rows}
    name_width = max((len(name) for name in names.values()), default=0)
    for band in _bands(checks, page.width - name_width - 30):
        page.gap()
        _print_band(page, [(names[row.specimen], row) for row in rows], band, name_width)
    page.gap()
    page.say("  ".join(f"{sign} {outcome.value}" for outcome, sign in _CELLS.items()), "dim")
    _print_legend(page, rows, checks)
    _print_problems(page, problems)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..."


def _bands(checks: Sequence[Check], columns: int) -> Iterator[list[tuple[int, Check]]]:
    """The numbered checks in runs that fit side by side."""
    groups = max(1, (columns + 1) // (_GROUP + 1))
    numbered = list(enumerate(checks, start=1))
    for start in range(0, len(numbered), groups * _GROUP):
        yield numbered[start : start + groups * _GROUP]


def _print_band(
    page: Page, rows: Sequence[tuple[str, MatrixRow]], band: Sequence[tuple[int, Check]], name_width: int
) -> None:
    if band[-1][0] > 9:  # noqa: PLR2004 (the last number of one digit)
        tens = _grouped([str(column // 10) if column > 9 else " " for column, _ in band])  # noqa: PLR2004
        page.say(f"{'':{name_width}}  {tens}")
    page.say(f"{'':{name_width}}  {_grouped([str(column % 10) for column, _ in band])}  score")
    for name, row in rows:
        cells = _grouped([_CELLS[row.cells[check.id]] if check.id in row.cells else " " for _, check in band])
        score = f"{points_text(row.scored):>6}"
        if not row.is_as_declared:
            score += f"  expected {points_text(row.expected)}"
        page.say(f"{name:<{name_width}}  {cells} {score}", "" if row.is_as_declared else "bold red")


def _grouped(cells: Sequence[str]) -> str:
    return " ".join("".join(cells[start : start + _GROUP]) for start in range(0, len(cells), _GROUP))


def _print_legend(page: Page, rows: Sequence[MatrixRow], checks: Sequence[Check]) -> None:
    page.gap()
    page.say("Checks", "bold")
    width = len(str(len(checks)))
    for column, check in enumerate(checks, start=1):
        hidden = ", hidden" if check.hidden else ""
        worth = f"{points_text(check.points)}, {check.criterion.value}{hidden}"
        page.say(f"{one_line(check.title)} ({check.id}: {worth})", bullet=f"{column:>{width}} ")
    page.gap()
    page.say("Specimens", "bold")
    for row in rows:
        page.say(f"{row.specimen} ({row.kind}): {one_line(row.says)}", bullet="- ")


def _print_problems(page: Page, problems: Sequence[str]) -> None:
    page.gap()
    if not problems:
        page.say(
            "No problems: each mistake is caught, each check catches one, each right way keeps its points."
        )
        return
    page.say(how_many(len(problems), "problem"), "bold red")
    for problem in problems:
        page.say(problem, bullet="- ")


def matrix_json(
    rows: Sequence[MatrixRow], checks: Sequence[Check], problems: Sequence[str]
) -> dict[str, Any]:
    """The same as plain JSON values."""
    return {
        "schema": MATRIX_SCHEMA,
        "checks": [
            {
                "number": column,
                "id": check.id,
                "title": check.title,
                "criterion": check.criterion.value,
                "points": number(check.points),
                "hidden": check.hidden,
            }
            for column, check in enumerate(checks, start=1)
        ],
        "specimens": [
            {
                "specimen": row.specimen,
                "kind": row.kind,
                "says": row.says,
                "expected": number(row.expected),
                "scored": number(row.scored),
                "cells": {check.id: row.cells[check.id].value for check in checks if check.id in row.cells},
            }
            for row in rows
        ],
        "problems": list(problems),
    }

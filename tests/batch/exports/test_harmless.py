"""Cells that a spreadsheet does not execute."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.exports.harmless import csv_bytes, harmless, is_harmless_key


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", " =1+1", "\uff1d1+1"])
def test_a_formula_is_no_formula_any_more(text: str) -> None:
    assert "'" in harmless(text)[:3]


def test_a_carriage_return_becomes_visible() -> None:
    assert harmless("\r=1+1") == "\\x0d=1+1"


@pytest.mark.parametrize("text", ["-3", "-2.5", "+4", "12,50", "Doe, Jane", "jane@x.org", "a-b", "", "Ärna"])
def test_numbers_and_ordinary_text_stay(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["a;=1+1", "a\n=1+1", "a\t@SUM(A1)", "a|-1+1"])
def test_no_other_delimiter_makes_a_formula(text: str) -> None:
    assert harmless(text) == f"{text[:2]}'{text[2:]}"


@pytest.mark.parametrize(
    "key", ["jane@uni.edu", "-jane", "@jane", "+420123", "S001", "j+x@uni.edu", "", "Doe Jane"]
)
def test_a_key_that_calls_nothing_may_stay_as_it_is(key: str) -> None:
    assert is_harmless_key(key)


@pytest.mark.parametrize(
    "key",
    ["=SUM(A1)", "=A1", "+cmd|' /C calc'!A0", "@SUM(1)", "-1+1", "a;=1", "\t=1", "a\rb", "a\x9b", "\ud800a"],
)
def test_a_key_that_is_a_formula_is_told(key: str) -> None:
    assert not is_harmless_key(key)


@given(st.lists(st.text(max_size=20), min_size=2, max_size=4))
def test_whatever_stands_in_cells_is_one_row(cells: list[str]) -> None:
    content = csv_bytes([[harmless(cell) for cell in cells]])
    (row,) = csv.reader(io.StringIO(content.decode(), newline=""))
    assert row == [harmless(cell) for cell in cells]
    assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and harmless(cell) != cell for cell in row)

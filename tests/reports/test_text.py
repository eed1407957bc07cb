"""Harmless text."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.reports.text import (
    clip,
    clip_bytes,
    encodable,
    fit,
    last_lines,
    one_line,
    visible,
    without_commands,
    xml_safe,
)
from tests.reports.sample_results import texts
from tests.reports.validators import is_command


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\x00b\x7f\x9b", r"a\x00b\x7f\x9b"),
        ("abc\u202edcb", r"abc\u202edcb"),
        ("\u2066x\u2069\u2028", r"\u2066x\u2069\u2028"),
        ("\ufffe\uffff\U0001ffff", r"\ufffe\uffff\U0001ffff"),
        ("\ud800", r"\ud800"),
        ("10 %\r20 %\r\nend", "10 %\\x0d20 %\nend"),
        ("tab\tand\nline, ümläut, 漢字, 👩‍🚀", "tab\tand\nline, ümläut, 漢字, 👩‍🚀"),
    ],
)
def test_unseen_characters_become_visible_and_the_rest_stays(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(texts)
@settings(deadline=None)
def test_visible_text_is_the_same_when_made_visible_again(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(texts)
@settings(deadline=None)
def test_safe_text_comes_back_from_xml(text: str) -> None:
    element = ET.Element("x", value=xml_safe(text))
    element.text = xml_safe(text)
    read = ET.fromstring(ET.tostring(element))  # noqa: S314 (written a line above)
    assert read.get("value") == xml_safe(text)
    assert (read.text or "") == xml_safe(text)


def test_a_long_text_loses_its_middle_and_says_so() -> None:
    clipped = clip("a" * 500 + "b" * 600, 100)
    assert clipped == "a" * 25 + "\n[... 1000 characters left out ...]\n" + "b" * 75
    assert clip("short", 100) == "short"
    assert len(xml_safe("\x00" * 1_000_000)) < 66_000


def test_last_lines_are_counted_and_bounded() -> None:
    lines, count = last_lines("\n".join(str(number) for number in range(100)) + "\n", 3)
    assert (lines, count) == (["97", "98", "99"], 100)
    assert last_lines("\n\n", 3) == ([], 0)
    assert len(last_lines("x" * 100_000, 3)[0][0]) < 600


def test_one_line_has_no_line_ends() -> None:
    assert one_line(" a\n\tb\x1b  c ") == r"a b\x1b c"


def test_what_an_encoding_does_not_have_is_escaped() -> None:
    assert encodable("naïve 漢", "ascii") == r"na\xefve \u6f22"
    assert encodable("naïve 漢", "utf-8") == "naïve 漢"


@given(texts, st.integers(3, 60))
def test_a_line_is_cut_at_a_whole_character_within_its_bytes(text: str, limit: int) -> None:
    line = one_line(text)
    cut = clip_bytes(line, limit)
    assert len(cut.encode("utf-8")) <= limit
    assert cut == line or cut.endswith("…")


def test_the_longest_draft_that_fits_is_taken() -> None:
    def draft(length: int) -> bytes:
        return b"x" * min(length, 5000)

    assert [len(fit(draft, limit)) for limit in (6000, 4999, 1024, 100)] == [5000, 4096, 1024, 64]
    assert len(fit(draft, 3)) == 16


@given(texts)
def test_no_line_of_it_is_a_command_to_githubs_runner(text: str) -> None:
    for attempt in (f"{text}\n ::error::{text}", f"::{text}", f"a ##[{text}"):
        assert not any(is_command(line) for line in without_commands(attempt).split("\n"))
    assert without_commands("a::b [#] std::map") == "a::b [#] std::map"

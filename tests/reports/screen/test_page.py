"""Lines on a terminal, in a pipe, in any encoding."""

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from grader.reports.screen.page import Page, how_many
from grader.results import Outcome
from tests.reports.sample_results import texts


def drawn_on(encoding: str, width: int = 60) -> tuple[Page, io.BytesIO]:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True, newline="\n")
    return Page(Console(file=file, width=width)), raw


@given(texts, texts, st.sampled_from(["utf-8", "ascii", "cp1252"]), st.integers(20, 200))
@settings(deadline=None)
def test_any_text_can_be_drawn_and_none_of_it_acts(left: str, right: str, encoding: str, width: int) -> None:
    page, raw = drawn_on(encoding, width)
    page.say(left, indent=2, bullet="- ")
    page.row(Outcome.FAILED, left, page.mend(right)[:10].replace("\n", " "))
    page.quote(left.split("\n"), indent=2)
    page.verbatim(right)
    text = raw.getvalue().decode(encoding)
    assert not [char for char in text if ord(char) < 32 and char not in "\n\t"]
    assert all(line == line.rstrip(" ") for line in text.split("\n"))


def test_markup_and_emoji_codes_stay_text() -> None:
    page, raw = drawn_on("utf-8")
    page.say("[bold]x[/bold] [/] :smile: [link=http://x]")
    assert raw.getvalue().decode() == "[bold]x[/bold] [/] :smile: [link=http://x]\n"


def test_no_line_is_a_command_to_githubs_runner() -> None:
    page, raw = drawn_on("utf-8", 40)
    page.say("::error::one\n ::stop-commands::two\n" + "x" * 38 + " ::add-mask::three", indent=2)
    page.verbatim("::error::four ##[error]five")
    page.row(None, "::error::six", "::")
    page.quote(["::error::seven", "##[group]eight"], indent=2)
    lines = raw.getvalue().decode().split("\n")
    assert not [line for line in lines if line.lstrip().startswith("::") or "##[" in line]
    assert lines[0] == r"  \x3a:error::one"
    assert [line.strip() for line in lines if "three" in line] == [r"\x3a:add-mask::three"]


def test_long_text_hangs_below_its_bullet() -> None:
    page, raw = drawn_on("utf-8", 40)
    page.say("one two three four five six seven eight nine", indent=2, bullet="Hint: ")
    assert raw.getvalue().decode().split("\n") == [
        "  Hint: one two three four five six",
        "        seven eight nine",
        "",
    ]


def test_scores_stand_at_the_right_edge() -> None:
    page, raw = drawn_on("utf-8", 40)
    page.row(Outcome.PASSED, "Finds the 漢字", "2 of 2")
    page.row(None, "A title that needs more than one line of this width", "10 of 10")
    assert raw.getvalue().decode().split("\n") == [
        "✓ Finds the 漢字                  2 of 2",
        "A title that needs more than    10 of 10",
        "one line of this width",
        "",
    ]


def test_what_is_to_be_copied_is_never_wrapped() -> None:
    page, raw = drawn_on("utf-8", 40)
    page.verbatim("grader check " + "x" * 100)
    assert raw.getvalue().decode().count("\n") == 1


def test_what_is_to_be_copied_is_one_line() -> None:
    page, raw = drawn_on("utf-8", 40)
    page.verbatim("https://example.org/\n::error::x")
    assert raw.getvalue().decode() == "https://example.org/\\x0a::error::x\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_poor_encoding_gets_plain_marks(encoding: str) -> None:
    page, raw = drawn_on(encoding, 40)
    page.row(Outcome.FAILED, "Naïve 漢", "0 of 1")
    page.quote(["x"], indent=0)
    page.say(page.bar(Decimal(1), Decimal(2), 4))
    assert raw.getvalue().startswith(b"x Na")
    assert rb"\u6f22" in raw.getvalue()
    assert raw.getvalue().endswith(b"| x\n##..\n")


def test_a_bar_is_full_only_if_everything_is_earned() -> None:
    page, _ = drawn_on("ascii")
    assert page.bar(Decimal("99.99"), Decimal(100), 10) == "#########."
    assert page.bar(Decimal(100), Decimal(100), 10) == "##########"
    assert page.bar(Decimal("0.01"), Decimal(100), 10) == "#........."
    assert page.bar(Decimal(0), Decimal(0), 4) == "...."


def test_counts_have_their_nouns() -> None:
    assert (how_many(1, "check"), how_many(0, "check")) == ("1 check", "0 checks")

"""The job summary, rendered by another Markdown parser and read as HTML."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html  # type: ignore[import-untyped]  # lxml has no types

from grader.reports.base import ReportOptions
from grader.reports.ci.markdown import render
from grader.results import CheckResult, Criterion, LabResult, Outcome, Pattern
from tests.reports.sample_results import (
    commanding,
    crowd,
    failed,
    incomplete,
    lab_results,
    make_check,
    make_result,
    syntax_error,
    typical,
)
from tests.reports.validators import check_report
from tests.reports.validators.ci import MARKDOWN


def page(result: LabResult) -> Any:  # noqa: ANN401 (lxml has no types)
    text = render(result, ReportOptions()).decode("utf-8")
    return html.fromstring("<div>" + MARKDOWN.render(text) + "</div>")


def texts(element: Any) -> list[str]:  # noqa: ANN401 (lxml has no types)
    return [" ".join(item.text_content().split()) for item in element]


@given(lab_results())
@settings(max_examples=100, deadline=None)
def test_no_text_becomes_markup(result: LabResult) -> None:
    check_report("markdown", render(result, ReportOptions()))
    failing = [one for one in result.checks if one.outcome in {Outcome.FAILED, Outcome.PARTIAL}]
    assert len(page(result).findall("h3")) == bool(failing)


ATTACKS = [
    "</code></pre></details><script>alert(1)</script>",
    "</pre>\n\n# Heading\n\n[link](https://example.org) ![image](x) **bold** `code`",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "&lt;script&gt; &amp;",
    "<!-- comment\n\n--> <details> <img src=x onerror=alert(1)>",
    "```\n\n    indented\n\n> quote\n\n- item\n\n1. one\n\n***",
    "\u2028\u202e\x1b[31m\ud800 www.example.org @someone",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_is_shown_as_it_is_and_changes_nothing_around_it(attack: str) -> None:
    def with_text(text: str) -> Any:  # noqa: ANN401 (lxml has no types)
        check = replace(make_check(1, text, Criterion.LOAD, "5"), hint=text)
        result = make_result(failed(check, text, traceback=text, output=text))
        return page(replace(result, title=text, notes=(text,)))

    harmless, attacked = with_text("harmless"), with_text(attack)
    assert [element.tag for element in attacked.iter()] == [element.tag for element in harmless.iter()]
    shown = attack.replace("\u2028", r"\u2028").replace("\u202e", r"\u202e")
    shown = shown.replace("\x1b", r"\x1b").replace("\ud800", r"\ud800")
    assert attacked.find(".//pre").text_content().strip("\n") == shown.strip("\n")
    assert texts(attacked.iterfind("h2")) == [" ".join(shown.split())]


def test_the_typical_summary() -> None:
    tree = page(typical())
    assert texts(tree.iterfind("h2")) == ["Meteorite landings in Redis"]
    assert texts(tree.iterfind("p"))[0] == "14.5 of 28.67 points (50.57 %)"
    rows = [texts(row) for row in tree.iter("tr")]
    assert ["persistence", "2.5 of 13.33", "0 of 3"] in rows
    summaries = texts(tree.iter("summary"))
    assert summaries[0] == "🟠 Landings survive a crash of the server (2.5 of 6 points)"
    assert summaries[-1] == "2 checks passed"
    details = tree.find(".//details")
    assert "12 of 45 landings are left after the crash" in details.text_content()
    assert "Your code printed (the last 20 of 200 lines):" in details.text_content()
    assert details.find("pre").text_content().splitlines()[-1] == "stored landing 199"
    assert "Hint: Redis keeps data in memory." in details.text_content()
    assert "rd.bgsave" in texts(tree.iter("pre"))[-1]
    assert any(text.startswith("Ignored: .git") for text in texts(tree.iter("li")))


def test_one_reason_of_many_checks_is_told_once() -> None:
    tree = page(syntax_error())
    assert len(tree.findall("details")) == 1
    assert texts(tree.iter("summary"))[0].startswith(
        "❌ 8 checks for the same reason: solution.py has a syntax"
    )
    assert len(tree.findall("details/ul/li")) == 8
    assert len(list(tree.iter("pre"))) == 1


def test_an_incomplete_result_is_said_to_be_nobodys_fault() -> None:
    tree = page(incomplete())
    assert texts(tree.iterfind("p"))[0] == "12 of 18 points so far (66.66 %)"
    (warning,) = texts(tree.iter("blockquote"))
    assert warning.startswith(
        "[!WARNING] This result is not complete. 2 checks could not be graded. This is not"
    )
    assert "❔ Survives a restart (5 points open)" in texts(tree.iter("li"))


def test_the_mistake_that_it_looks_like_is_named_with_its_section() -> None:
    pattern = Pattern("This looks like a save that is not on the disk.", "About saving")
    tree = page(replace(typical(), pattern=pattern))
    said = "💡 This looks like a save that is not on the disk. The handout has more about it: About saving."
    assert said in texts(tree.iter("p"))
    linked = page(replace(typical(), pattern=replace(pattern, link='https://example.org/"x"#about-saving')))
    assert [link.attrib["href"] for link in linked.iter("a")] == ['https://example.org/"x"#about-saving']
    unsafe = page(replace(typical(), pattern=replace(pattern, link="javascript:alert(1)")))
    assert not list(unsafe.iter("a"))


def every(outcome: Outcome) -> LabResult:
    checks: tuple[CheckResult, ...] = crowd(200).checks
    return make_result(*(replace(check, outcome=outcome, cause=None) for check in checks))


@pytest.mark.parametrize("result", [crowd(40), crowd(200, text="::&" * 700), *map(every, Outcome)])
def test_a_summary_never_reaches_githubs_limit_and_is_never_cut_in_two(result: LabResult) -> None:
    content = render(result, ReportOptions())
    assert len(content) <= 1_000_000
    check_report("markdown", content)


def test_no_line_is_a_command_to_githubs_runner() -> None:
    check_report("markdown", render(commanding(), ReportOptions()))
    assert "::error::mine" in page(commanding()).text_content()

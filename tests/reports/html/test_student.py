"""The page of one result."""

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.reports.audience import HIDDEN_MESSAGE, for_student
from grader.reports.base import ReportOptions
from grader.reports.html import render
from grader.results import Criterion, LabResult, Pattern
from tests.reports.html.reading import Element, find, parse, text_of
from tests.reports.sample_results import (
    TRACEBACK,
    failed,
    incomplete,
    make_check,
    make_result,
    passed,
    stopped,
    syntax_error,
    typical,
)


def read(result: LabResult, pattern: Pattern | None = None) -> Element:
    return parse(render(replace(result, pattern=pattern), ReportOptions()))


def checks(root: Element) -> list[str]:
    return [text_of(element) for element in find(root, "//li[contains(concat(' ', @class), ' check ')]//h3")]


def check(root: Element, title: str) -> Element:
    (element,) = find(root, f"//li[.//h3[text()='{title}']]")
    return element


def section(root: Element, css_class: str) -> str:
    return " ".join(text_of(element) for element in find(root, f"//*[@class='{css_class}']"))


def test_the_score_stands_first_and_with_its_maximum() -> None:
    root = read(typical())
    assert section(root, "points") == "14.5 of 28.67 points"
    assert "50.57 % · 2 of 6 checks passed" in section(root, "percent")
    assert "14.5 of 28.67 points" in text_of(find(root, "//title")[0])


def test_every_criterion_has_its_points_as_a_bar() -> None:
    root = read(typical())
    rows = {text_of(row) for row in find(root, "//ul[@class='criteria']/li")}
    assert rows == {"Connect 2 / 2", "Load 10 / 10", "Query 0 / 3.34", "Persistence 2.5 / 13.33"}
    (bar,) = find(root, "//a[@href='#persistence']//*[local-name()='rect'][@class='fill']")
    assert bar.get("width") == "18.8%"


def test_criteria_with_failures_come_first_and_failures_first_within_them() -> None:
    assert checks(read(typical())) == [
        "The heaviest landings of a secret list",
        "Saves when it is told to",
        "Landings survive a crash of the server",
        "A second crash loses nothing either",
        "Connects to the database that is asked for",
        "Stores every landing under its id",
    ]


def test_a_failed_check_tells_its_message_place_output_hint_time_and_points() -> None:
    result = typical()
    root = read(result)
    failure = text_of(check(root, "Saves when it is told to"))
    assert "failed: exception 1.23 s 0 of 3.33" in failure
    assert "Your function raised redis.exceptions.ResponseError: syntax error" in failure
    traceback = find(check(root, "Saves when it is told to"), ".//pre")[0]
    assert "".join(str(part) for part in traceback.itertext()) == TRACEBACK.rstrip("\n")
    partial = text_of(check(root, "Landings survive a crash of the server"))
    assert "partly passed: not as expected 500 ms 2.5 of 6" in partial
    assert "12 of 45 landings are left after the crash" in partial
    assert "What your code printed 200 lines" in partial
    assert "stored landing 199" in partial
    assert "Hint Redis keeps data in memory. When does it write to disk?" in partial


def test_a_long_output_is_shown_by_its_end() -> None:
    printed = "\n".join(f"line {number}" for number in range(5000))
    root = read(make_result(failed(make_check(1, "Loads", Criterion.LOAD, "1"), "no", output=printed)))
    text = text_of(check(root, "Loads"))
    assert "the last 200 of 5000 lines" in text
    assert "line 4999" in text
    assert "line 4799" not in text


def test_a_blocked_check_leads_to_what_it_needs() -> None:
    root = read(typical())
    (link,) = find(check(root, "A second crash loses nothing either"), ".//a")
    assert text_of(link) == "Landings survive a crash of the server"
    (target,) = find(root, f"//*[@id='{str(link.get('href'))[1:]}']")
    assert target is check(root, "Landings survive a crash of the server")


def test_what_was_stopped_is_nobodys_fault() -> None:
    banner = section(read(stopped()), "banner")
    assert "Grading was stopped: 2 checks were not run. What they are worth, 6 of 18 points, is" in banner
    assert "fault" not in banner


def test_an_incomplete_result_says_so_before_all_checks() -> None:
    root = read(incomplete())
    banner = section(root, "banner")
    assert "This result is not complete" in banner
    assert "2 checks could not be graded. This is not your fault" in banner
    assert "6 of 18 points, is still open: neither earned nor lost" in banner
    assert section(root, "points") == "12 of 18 points so far"
    assert "5 open" in text_of(check(root, "Survives a restart"))
    assert "6 still open" in section(root, "criteria")


def test_a_complete_result_has_no_banner() -> None:
    assert section(read(typical()), "banner") == ""


def test_a_reason_that_checks_share_is_told_once() -> None:
    page = render(syntax_error(), ReportOptions())
    root = parse(page)
    assert page.count(b"SyntaxError") == 1
    links = find(check(root, "Does its part 8"), ".//a")
    assert [text_of(link) for link in links] == ["Does its part 1"]
    assert b"hint 8" not in page  # hints only lead away from a file that cannot be imported


def test_a_students_page_keeps_what_is_hidden() -> None:
    page = render(for_student(typical()), ReportOptions())
    root = parse(page)
    assert b"4711 landings" not in page
    assert b"90000.5" not in page
    assert b"servers were replaced" not in page
    assert HIDDEN_MESSAGE in text_of(check(root, "The heaviest landings of a secret list"))
    assert "1 check is hidden: you see whether it passed, and no more." in section(root, "aside")


def test_a_teachers_page_has_the_notes_and_the_hidden_messages() -> None:
    root = read(typical())
    assert "For the teacher The servers were replaced after a first try." in text_of(root)
    assert "expected 90000.5 for landing 4711" in text_of(root)


def test_notes_manual_points_and_facts_are_there() -> None:
    root = read(typical())
    assert "Ignored: .git, __pycache__" in section(root, "notes")
    assert "Style of the code 10" in section(root, "manual")
    footer = text_of(find(root, "//footer")[0])
    assert "31 January 2026, 12:30 UTC, in 3.50 s" in footer
    for fact in ("redis 8.2.3 (local)", "confined", "0.1.0", "ab" * 32, "cd" * 32):
        assert fact in footer


def test_the_command_replays_the_seed() -> None:
    root = read(replace(typical(), lab="a b; c"))
    assert section(root, "command").startswith("grader grade PATH --lab 'a b; c' --seed 4711")
    students = for_student(replace(typical(), lab="a b; c"))
    assert section(read(students), "command").startswith("grader check PATH --lab 'a b; c' --seed")


def test_a_check_that_passed_shows_what_it_printed() -> None:
    done = replace(passed(make_check(1, "Loads", Criterion.LOAD, "1")), output="loaded 45")
    assert "loaded 45" in text_of(check(read(make_result(done)), "Loads"))


def test_a_common_mistake_is_named_with_a_link() -> None:
    root = read(
        typical(), Pattern("It looks as if nothing was committed.", "Commit", "https://example.org/commit")
    )
    assert "It looks as if nothing was committed. Commit" in section(root, "pattern")
    assert find(root, "//a[@href='https://example.org/commit']")
    assert section(read(typical()), "pattern") == ""


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//example.org", ""])
def test_a_link_that_is_none_is_left_out(link: str) -> None:
    root = read(typical(), Pattern("It looks as if nothing was committed.", "", link))
    assert find(root, "//section[@class='pattern']//a") == []


def test_a_result_without_checks_says_so() -> None:
    root = read(make_result())
    assert "No check took part." in text_of(root)
    assert section(root, "points") == "0 of 0 points"


def test_checks_worth_nothing_divide_by_nothing() -> None:
    free = replace(make_check(1, "Free", Criterion.LOAD, "1"), points=Decimal(0))
    assert section(read(make_result(passed(free))), "points") == "0 of 0 points"

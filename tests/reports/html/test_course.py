"""The page of a batch."""

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.reports.html import CourseAbout, CourseEntry, Standing, render_course
from grader.results import Criterion
from tests.reports.html.reading import Element, find, parse, text_of
from tests.reports.html.sample_course import make_course
from tests.reports.sample_results import failed, incomplete, make_check, make_result, passed

ABOUT = replace(make_course(0)[1], max_points=Decimal(10))
LOADS = make_check(1, "Loads", Criterion.LOAD, "4")
QUERIES = make_check(2, "Queries", Criterion.QUERY, "6")


def entry(name: str, points: str | None = "0", **more: object) -> CourseEntry:
    made = CourseEntry(name.lower(), name, Standing.GRADED, None if points is None else Decimal(points))
    return replace(made, **more)  # type: ignore[arg-type]  # as the caller has them


def read(*entries: CourseEntry, about: CourseAbout = ABOUT) -> Element:
    return parse(render_course(entries, about))


def rows(root: Element) -> list[Element]:
    return find(root, "//table[@id='students']/tbody/tr")


def names(root: Element) -> list[str]:
    return [text_of(find(row, ".//*[@class='who']")[0]) for row in rows(root)]


def numbers(root: Element) -> dict[str, str]:
    return {
        text_of(find(item, "dt")[0]): text_of(find(item, "dd")[0])
        for item in find(root, "//dl[@class='numbers']/div")
    }


TROUBLED = (
    entry("Zoe", "10"),
    entry("Ana", None, standing=Standing.MISSING),
    entry("Bo", "0", standing=Standing.REFUSED, message="No archive that can be opened."),
    entry("Cy", None, standing=Standing.INCOMPLETE, result=incomplete()),
    entry("Di", None, standing=Standing.UNGRADED, message="The grader ended."),
    entry("Al", "5"),
)


def test_what_needs_a_person_comes_first_and_then_the_names() -> None:
    root = read(*TROUBLED)
    assert names(root) == ["Di", "Cy", "Bo", "Al", "Zoe", "Ana"]
    trouble = text_of(find(root, "//section[@class='trouble']")[0])
    assert trouble.startswith("3 submissions need a look")
    assert "ungraded Di The grader ended." in trouble
    assert "incomplete Cy 2 checks could not be graded" in trouble
    assert "refused Bo No archive that can be opened." in trouble


def test_where_nothing_is_wrong_nothing_is_said() -> None:
    assert find(read(entry("Ana", "10")), "//section[@class='trouble']") == []


def test_open_points_are_neither_zero_nor_in_the_mean() -> None:
    root = read(*TROUBLED)
    assert numbers(root)["Students"] == "6 5 handed in"
    assert numbers(root)["Mean"] == "5 of 10"
    assert numbers(root)["Median"] == "5 of 10"
    assert numbers(root)["Full marks"] == "1 33 % of all scores"
    assert "open" in text_of(rows(root)[0])


def test_scores_are_counted_in_tenths_and_full_marks_by_themselves() -> None:
    scores = ["0", "0.99", "1", "5.5", "9.99", "10", "12"]
    root = read(*(entry(f"S{number}", points) for number, points in enumerate(scores)))
    bars = find(root, "//ol[@class='histogram']//button")
    counts = [int(text_of(find(bar, "*[@class='count']")[0]) or 0) for bar in bars]
    assert counts == [2, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2]
    assert bars[5].get("aria-label") == "50 to below 60 percent: 1 student"
    assert bars[10].get("aria-label") == "100 percent: 2 students"
    assert [row.get("data-band") for row in rows(root)] == ["0", "0", "1", "5", "9", "10", "10"]


def test_a_strip_says_in_words_and_letters_how_each_check_ended() -> None:
    root = read(entry("Ana", "4", result=make_result(passed(LOADS), failed(QUERIES, "no"))))
    (row,) = rows(root)
    assert row.get("data-ended") == "pf"
    (strip,) = find(row, ".//*[@role='img']")
    assert strip.get("aria-label") == "1 of 2 passed; failed: 2"
    assert [path.get("class") for path in strip] == ["p", "f"]


def test_a_check_that_a_result_does_not_have_leaves_its_place_empty() -> None:
    whole = entry("Ana", "4", result=make_result(passed(LOADS), passed(QUERIES)))
    root = read(whole, entry("Bo", "4", result=make_result(passed(QUERIES))))
    assert [row.get("data-ended") for row in rows(root)] == ["pp", ".p"]


def test_the_hardest_check_comes_first_with_its_share_and_causes() -> None:
    results = [make_result(passed(LOADS), failed(QUERIES, "no")), make_result(passed(LOADS), passed(QUERIES))]
    root = read(*(entry(f"S{number}", result=result) for number, result in enumerate(results)))
    lines = [text_of(row) for row in find(root, "//table[@id='checks']/tbody/tr")]
    assert lines == ["2 Queries query 50 % 3 / 6 not as expected 1 1", "1 Loads load 100 % 4 / 4 0"]


def test_criteria_show_the_mean_of_their_points() -> None:
    results = [make_result(passed(LOADS), failed(QUERIES, "no")), make_result(passed(LOADS), passed(QUERIES))]
    root = read(*(entry(f"S{number}", result=result) for number, result in enumerate(results)))
    assert [text_of(item) for item in find(root, "//ul[@class='bars']/li")] == ["Load 4 / 4", "Query 3 / 6"]


def test_late_hand_ins_are_marked() -> None:
    root = read(entry("Ana", "9", late="1 day late"), entry("Bo", "9"))
    assert "1 day late" in text_of(rows(root)[0])
    assert rows(root)[0].get("data-late") is not None
    assert rows(root)[1].get("data-late") is None
    assert numbers(root)["Late"] == "1 50 % of all hand-ins"


@pytest.mark.parametrize(
    ("page", "href"),
    [
        ("students/a b/report.html", "./students/a%20b/report.html"),
        ("javascript:alert(1)", "./javascript%3Aalert%281%29"),
        ("//example.org/x", ".///example.org/x"),
        ('"><b>', "./%22%3E%3Cb%3E"),
        ("\ud800", "./%3F"),
        ("é?#", "./%C3%A9%3F%23"),
    ],
)
def test_a_students_page_is_a_file_below_and_no_other_address(page: str, href: str) -> None:
    (link,) = find(rows(read(entry("Ana", page=page)))[0], ".//a")
    assert link.get("href") == href


def test_a_student_without_a_page_or_a_name_is_named_all_the_same() -> None:
    (row,) = rows(read(CourseEntry("s1", "", Standing.MISSING)))
    assert find(row, ".//a") == []
    assert text_of(find(row, ".//*[@class='who']")[0]) == "s1"


def test_the_facts_of_the_batch_stand_below_its_title() -> None:
    root = read(entry("Ana"))
    assert text_of(find(root, "//*[@class='facts']")[0]) == (
        "14 March 2026, 09:26 UTC · Due 12 March 2026, 23:59 · Late: 10 % a day"
    )


def test_an_empty_course_is_a_page() -> None:
    root = read()
    assert numbers(root)["Students"] == "0 0 handed in"
    assert numbers(root)["Mean"] == "- of 10"
    assert rows(root) == []

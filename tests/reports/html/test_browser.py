"""Pages in a real browser: what readers see, press and hear, and what does not run."""

import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from grader.reports.audience import for_student
from grader.reports.base import ReportOptions
from grader.reports.html import render, render_course
from grader.results import LabResult, Pattern
from tests.reports.html.conftest import Reader
from tests.reports.html.sample_course import make_checks, make_course
from tests.reports.sample_results import incomplete, make_result, passed, syntax_error, typical

pytestmark = pytest.mark.browser

MOST_BYTES = 3_000_000
MOST_RENDER_S = 10  # 0.5 s on an idle machine
MOST_OPEN_S = 10  # 0.6 s
MOST_STEP_MS = 500  # 60 ms

PATTERN = Pattern("It looks as if nothing was committed.", "Commit", "https://example.org/commit")


def student_page(result: LabResult, pattern: Pattern | None = None) -> bytes:
    return render(for_student(replace(result, pattern=pattern)), ReportOptions())


PAGES = {
    "pass": student_page(make_result(*(passed(check) for check in make_checks()))),
    "half": student_page(typical(), PATTERN),
    "crash": student_page(syntax_error()),
    "incomplete": student_page(incomplete()),
    "teacher": render(typical(), ReportOptions()),
    "course": render_course(*make_course(40)),
    "empty course": render_course([], make_course(0)[1]),
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def shown(page: Page) -> list[str]:
    """The names in the rows that are to be seen, in order."""
    return page.locator("#students tbody tr:visible .who").all_text_contents()


@every_page
def test_a_page_asks_for_nothing_but_itself_and_nothing_is_wrong_with_it(page: bytes, reader: Reader) -> None:
    opened = reader.open(page)
    opened.wait_for_load_state("networkidle")
    assert [url for url in reader.requests if not url.startswith("data:")] == [opened.url]
    assert reader.complaints == []


@pytest.mark.parametrize(
    "injected",
    [
        "<script>document.title = 'taken'</script>",
        "<img src='data:,' onerror=\"document.title = 'taken'\">",
        "<svg onload=\"document.title = 'taken'\"></svg>",
        "<iframe srcdoc=\"<script>parent.document.title = 'taken'</script>\"></iframe>",
    ],
)
def test_markup_that_got_into_a_page_all_the_same_does_not_run(injected: str, reader: Reader) -> None:
    page = PAGES["half"].replace(b"</main>", f"{injected}</main>".encode())
    assert page != PAGES["half"]
    harmless = reader.open(page)
    harmless.wait_for_timeout(200)
    assert harmless.title() != "taken"
    assert any("Content Security Policy" in complaint for complaint in reader.complaints)
    harmed = reader.open(page, has_policy=False)  # so the attack is one
    harmed.wait_for_function("document.title === 'taken'", timeout=5000)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@every_page
def test_axe_finds_nothing(page: bytes, is_dark: bool, reader: Reader) -> None:  # noqa: FBT001 (a parameter of the test)
    found = Axe().run(reader.open(page, is_dark=is_dark, has_policy=False))
    assert found.violations_count == 0, found.generate_report()


def test_axe_finds_nothing_on_a_telephone(reader: Reader) -> None:
    for page in (PAGES["half"], PAGES["course"]):
        found = Axe().run(reader.open(page, width=360, has_policy=False))
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1600])
@every_page
def test_no_page_is_wider_than_its_window(page: bytes, width: int, reader: Reader) -> None:
    assert reader.open(page, width=width).evaluate("document.documentElement.scrollWidth") <= width


def test_students_are_sorted_by_keyboard(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40)
    button = page.get_by_role("button", name="Points")
    header = page.locator("th[data-sort=points]")
    for _ in range(200):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "descending"
    points = [float(text) for text in page.locator("#students tbody td.score b").all_text_contents()]
    assert points == sorted(points, reverse=True)
    assert len(points) > 30
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    points = [float(text) for text in page.locator("#students tbody td.score b").all_text_contents()]
    assert points == sorted(points)
    assert page.locator("[aria-sort]").count() == 1
    assert page.locator("#students tbody tr").last.locator("td.score").text_content() == "open"


def test_students_are_found_by_name_without_accents_and_by_id(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("dora")
    assert shown(page)
    assert all(name.startswith("Dóra ") for name in shown(page))
    assert page.locator("#shown").inner_text() == f"{len(shown(page))} of 40 students"
    page.get_by_role("searchbox").fill("s100001")
    assert shown(page) == ["Ana Almeida"]
    page.get_by_role("searchbox").fill("nobody at all")
    assert shown(page) == []
    assert page.get_by_text("Nobody fits.").is_visible()


def test_students_are_filtered_by_standing_and_by_check(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40)
    page.get_by_label("Standing").select_option("incomplete")
    assert page.locator("#students tbody tr:visible td.standing").all_text_contents() == ["incomplete"]
    page.get_by_label("Standing").select_option("")
    page.locator("#check").select_option("2")
    ended = page.locator("#students tbody tr:visible").evaluate_all(
        "rows => rows.map(row => row.dataset.ended[1])"
    )
    assert ended
    assert set(ended) <= {"a", "f", "b"}
    page.get_by_role("button", name="Show everybody").click()
    expect(page.locator("#shown")).to_have_text("All 40 students")


def test_the_number_of_those_who_failed_a_check_shows_them(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40)
    button = page.locator("[data-check]").first
    count = button.inner_text()
    button.press("Enter")
    assert page.locator("#shown").inner_text() == f"{count} of 40 students"
    assert page.locator("#check").evaluate("select => select === document.activeElement")


def test_a_bar_of_the_distribution_shows_its_students(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40)
    bar = page.get_by_role("button", name="80 to below 90 percent")
    bar.press("Space")
    assert bar.get_attribute("aria-pressed") == "true"
    assert len(shown(page)) == int(bar.locator(".count").inner_text())
    bar.press("Space")
    assert bar.get_attribute("aria-pressed") == "false"
    assert len(shown(page)) == 40


def test_a_strip_says_under_the_pointer_which_check_it_is(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40)
    strip = page.locator("#students tbody svg.heat").first
    strip.hover(position={"x": 3, "y": 5})
    assert page.locator("#tip").inner_text().startswith("1 Connects to the database that is asked for: ")


def test_long_lists_open_and_close(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40)
    rows = page.locator("#checks tbody tr:visible")
    button = page.locator("#all-checks")
    assert rows.count() == 8
    button.press("Enter")
    assert rows.count() == len(make_checks())
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Enter")
    assert rows.count() == 8


def test_without_scripts_everything_can_still_be_read(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(course_of_40, is_scripted=False)
    assert len(shown(page)) == 40
    assert page.locator("#checks tbody tr:visible").count() == len(make_checks())
    assert page.locator("button.plain:visible:not([data-check])").count() == 0
    page = reader.open(PAGES["half"], is_scripted=False)
    page.get_by_text("What your code printed").click()
    assert page.get_by_text("stored landing 199").is_visible()


def test_dark_and_light_follow_the_system_and_then_the_reader(reader: Reader) -> None:
    page = reader.open(PAGES["half"], is_dark=True)
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Light").press("Enter")
    light = page.evaluate(background)
    assert dark != light
    assert reader.open(PAGES["half"]).evaluate(background) == light
    page.reload()
    assert page.evaluate(background) == light
    page.get_by_role("button", name="Dark").press("Enter")
    assert page.evaluate(background) == dark
    page.emulate_media(media="print")
    assert page.evaluate(background) == "rgb(255, 255, 255)"


def test_the_command_is_copied_or_marked(reader: Reader) -> None:
    page = reader.open(PAGES["half"])
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copy")).to_have_text(re.compile("Copied|Marked"))


def test_paper_shows_what_a_screen_folds_away(reader: Reader, course_of_40: bytes) -> None:
    page = reader.open(PAGES["half"])
    printed = page.get_by_text("stored landing 199")
    assert not printed.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert printed.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not printed.is_visible()
    page = reader.open(course_of_40)
    page.emulate_media(media="print")
    assert page.locator("#checks tbody tr:visible").count() == len(make_checks())
    assert page.locator(".tools").is_hidden()
    assert page.pdf().startswith(b"%PDF")


def test_a_thousand_students_fit_and_do_not_stutter(reader: Reader, course_of_1000: bytes) -> None:
    assert len(course_of_1000) < MOST_BYTES
    entries, about = make_course(1000)
    began = time.monotonic()
    assert render_course(entries, about) == course_of_1000
    assert time.monotonic() - began < MOST_RENDER_S
    began = time.monotonic()
    page = reader.open(course_of_1000)
    assert time.monotonic() - began < MOST_OPEN_S
    measure = "() => { const began = performance.now(); %s; document.body.offsetHeight; %s }"
    sort = "document.querySelector('th[data-sort=points] button').click()"
    find = (
        "const box = document.getElementById('find'); box.value = 'an'; box.dispatchEvent(new Event('input'))"
    )
    for step in (sort, find):
        assert page.evaluate(measure % (step, "return performance.now() - began")) < MOST_STEP_MS


def test_screenshots_are_taken(reader: Reader, tmp_path: Path) -> None:
    """To be looked at: in GRADER_SCREENSHOTS if it is set."""
    folder = Path(os.environ.get("GRADER_SCREENSHOTS", tmp_path / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    pages = PAGES | {f"course-{count}": render_course(*make_course(count)) for count in (12, 300)}
    for name, content in pages.items():
        for width, is_dark in ((360, True), (1600, False)):
            page = reader.open(content, width=width, is_dark=is_dark)
            page.set_viewport_size({"width": width, "height": 2400})  # a row out of sight is not drawn
            path = folder / f"{name.replace(' ', '-')}-{width}-{'dark' if is_dark else 'light'}.png"
            page.screenshot(path=path)
            assert path.stat().st_size > 10_000

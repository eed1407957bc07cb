"""The frame that all pages have: one file, one style, one script, and a policy that knows both."""

import subprocess
import sys
from importlib import resources

import pytest

from grader.reports.base import ReportOptions
from grader.reports.html import render, render_course
from tests.reports.html.sample_course import make_course
from tests.reports.sample_results import typical
from tests.reports.validators import check_report

PAGES = {"student": render(typical(), ReportOptions()), "course": render_course(*make_course(5))}
ASSETS = [path for path in (resources.files("grader.reports.html") / "assets").iterdir() if path.is_file()]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_fetches_nothing_and_its_policy_knows_one_style_and_one_script(page: bytes) -> None:
    check_report("html", page)


@pytest.mark.parametrize("asset", ASSETS, ids=lambda path: path.name)
def test_no_asset_ends_the_element_that_it_stands_in(asset: object) -> None:
    text = asset.read_text(encoding="utf-8")  # type: ignore[attr-defined]  # a file of the package
    assert "</" not in text
    assert "<!--" not in text
    assert "\r" not in text  # a browser would hash another text


def test_templates_are_loaded_only_when_a_page_is_made() -> None:
    program = "import sys, grader.reports; print('jinja2' in sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "False"


def test_the_same_result_gives_the_same_bytes() -> None:
    assert render(typical(), ReportOptions()) == PAGES["student"]

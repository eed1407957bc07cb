"""The frame that all pages have: one file, one style, one script, and a policy that knows both."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from importlib import resources

import pytest

from grader.reports.base import ReportOptions
from grader.reports.html import render, render_course
from tests.reports.html.reading import find, parse
from tests.reports.html.sample_course import make_course
from tests.reports.sample_results import typical

PAGES = {"student": render(typical(), ReportOptions()), "course": render_course(*make_course(5))}
ASSETS = [path for path in (resources.files("grader.reports.html") / "assets").iterdir() if path.is_file()]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_policy_allows_this_style_and_this_script_by_hash_and_nothing_else(page: bytes) -> None:
    root = parse(page)
    (meta,) = find(root, "//meta[@http-equiv='Content-Security-Policy']")
    policy = dict(part.strip().split(" ", 1) for part in str(meta.get("content")).split(";"))
    (style,), (script,) = find(root, "//style"), find(root, "//script")
    hashes = [
        f"'sha256-{b64encode(sha256((element.text or '').encode()).digest()).decode()}'"
        for element in (style, script)
    ]
    assert policy["default-src"] == "'none'"
    assert [policy["style-src"], policy["script-src"]] == hashes
    assert "unsafe" not in str(meta.get("content"))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_policy_stands_before_all_that_it_governs(page: bytes) -> None:
    assert page.index(b"Content-Security-Policy") < min(page.index(b"<style"), page.index(b"<script"))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_nothing_is_named_that_a_browser_would_fetch(page: bytes) -> None:
    root = parse(page)
    links = [str(element.get("href")) for element in find(root, "//link")]
    assert all(link.startswith("data:") for link in links)
    assert not find(root, "//*[@src or @srcset or @action or @background or @style]")
    assert not find(root, "//iframe | //object | //embed | //img | //base | //form[@method]")
    assert not re.search(rb"@import|url\(", page)


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

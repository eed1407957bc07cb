"""A real browser for those tests that look at pages as readers do."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from grader.reports.html import render_course
from tests.reports.html.sample_course import make_course


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs a browser where there is none, or fails it where there must be one."""
    marked = [item for item in items if item.get_closest_marker("browser")]
    if not marked or _chromium():
        return
    reason = "no chromium is on the PATH, and GRADER_CHROMIUM names none"
    if os.environ.get("GRADER_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"GRADER_REQUIRE_BROWSER=1, and {reason}.")
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=reason))


def _chromium() -> str | None:
    names = (os.environ.get("GRADER_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Its own sandbox does not work for root and in most containers; the pages here are our own.
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Reader:
    """Opens pages as by a double click, and keeps what the browser does and says meanwhile.

    Attributes:
        requests: The addresses that were asked for.
        complaints: What stood in the console.
    """

    browser: Browser
    folder: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        content: bytes,
        *,
        width: int = 1280,
        is_dark: bool = False,
        is_scripted: bool = True,
        has_policy: bool = True,
    ) -> Page:
        """The page in a window of its own."""
        path = self.folder / f"report-{len(self.contexts)}.html"
        path.write_bytes(content)
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if is_dark else "light",
            java_script_enabled=is_scripted,
            bypass_csp=not has_policy,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path.as_uri())
        return page


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(browser, tmp_path)
    yield reader
    for context in reader.contexts:
        context.close()


@pytest.fixture(scope="session")
def course_of_40() -> bytes:
    return render_course(*make_course(40))


@pytest.fixture(scope="session")
def course_of_1000() -> bytes:
    return render_course(*make_course(1000))

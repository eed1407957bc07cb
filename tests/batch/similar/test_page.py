"""The page: what students wrote is text in it, and links lead to where the same code is."""

import re

import html5lib
import pytest

from grader.batch.similar import render_similar
from tests.batch.similar.conftest import OTHER, SOLUTION, Find

HOSTILE = (
    "\n# </script><script>alert(1)</script> <img src=x onerror=alert(2)> {{ 7 * 7 }} </a>\x1b[31m\u202e\n"
    "x = '</pre><iframe srcdoc=\"<script>alert(3)</script>\">'\n"
)
NAME = "<script>alert(4)<b onclick='x'>\" & \u202ename"


def elements(page: bytes, tag: str) -> list[object]:
    tree = html5lib.parse(page.decode(), namespaceHTMLElements=False)
    return list(tree.iter(tag))


@pytest.fixture
def page(find: Find) -> bytes:
    works = {NAME: SOLUTION + HOSTILE, "bob": SOLUTION + "\nclass Last:\n    pass\n" + HOSTILE}
    return render_similar(find(**works, cora=OTHER + HOSTILE, dave=OTHER + HOSTILE))


def test_nothing_that_a_student_wrote_is_markup(page: bytes) -> None:
    assert len(elements(page, "script")) == 1, "the grader's own"
    assert not elements(page, "img")
    assert not elements(page, "iframe")
    assert not elements(page, "b") or all("onclick" not in element.attrib for element in elements(page, "b"))  # type: ignore[attr-defined]
    text = page.decode()
    assert "&lt;script&gt;alert(4)" in text
    assert "{{ 7 * 7 }}" in text
    assert not {"\x1b", "\u202e"} & set(text)


def test_a_hostile_file_name_is_text_too(find: Find) -> None:
    similar = find(ann=SOLUTION, bob=SOLUTION + "\nx = 1\n")
    (pair,) = similar.pairs
    for work in (pair.left, pair.right):
        work.files["<img src=x onerror=alert(5)>.py"] = "x = 1\n"  # type: ignore[index]
    page = render_similar(similar)
    assert not elements(page, "img")
    assert b"&lt;img src=x onerror=alert(5)&gt;.py" in page


def test_each_link_leads_to_a_place_that_is_there_once(page: bytes) -> None:
    text = page.decode()
    places = re.findall(r' id="([^"]+)"', text)
    links = re.findall(r' href="#([^"]+)"', text)
    assert len(places) == len(set(places))
    assert set(links) <= set(places)
    assert {"p1-l-1", "p1-r-1", "pair-1"} <= set(links)


def test_the_whole_code_of_both_sides_is_on_the_page(page: bytes) -> None:
    lines = ["".join(item.itertext()) for item in elements(page, "li")]  # type: ignore[attr-defined]
    for line in SOLUTION.splitlines():
        assert not line or lines.count(line) >= 2, line


def test_copies_and_what_was_not_compared_are_listed(find: Find) -> None:
    text = render_similar(find(ann=OTHER, bob=OTHER, cora="def answer(): return 1\n")).decode()
    assert "2 handed in the same" in text
    assert "It has little more than the starter." in text
    assert "There is none." in text

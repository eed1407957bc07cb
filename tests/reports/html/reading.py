"""Pages as a browser's parser understands them."""

from lxml.etree import _Element as Element  # type: ignore[import-untyped]  # lxml has no types

from tests.reports.validators.pages import parse

__all__ = ["Element", "Shape", "find", "parse", "shape", "text_of"]

Shape = list[tuple[str, tuple[str, ...]]]


def shape(page: bytes) -> Shape:
    """Every element with the names of its attributes, in order: all of a document but its text."""
    return [
        (str(element.tag), tuple(sorted(str(name) for name in element.attrib)))
        for element in parse(page).iter()
    ]


def find(root: Element, path: str) -> list[Element]:
    """The elements at an XPath."""
    found = root.xpath(path)
    assert isinstance(found, list)
    return [element for element in found if isinstance(element, Element)]


def text_of(element: Element) -> str:
    """What a reader sees of an element, on one line."""
    return " ".join("".join(str(part) for part in element.itertext()).split())

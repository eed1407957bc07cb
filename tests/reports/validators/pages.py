"""Pages for a browser: one file that fetches nothing, with one style and one script of the grader's own."""

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256

from html5lib import HTMLParser
from html5lib.treebuilders import getTreeBuilder
from lxml.etree import _Element as Element  # type: ignore[import-untyped]  # lxml has no types

from tests.reports.validators.faults import require, text_of

__all__ = ["check_page", "links_of", "parse"]

_FETCHING = frozenset(
    {
        *("iframe", "frame", "object", "embed", "img", "image", "base", "audio", "video", "source", "track"),
        *("applet", "portal", "foreignObject", "use", "animate", "set", "template", "noscript", "math"),
    }
)
"""Elements that fetch, or that change how others are read; no page of ours has any."""
_ADDRESSES = frozenset(
    {
        *("src", "srcset", "srcdoc", "action", "formaction", "background", "poster", "data", "ping", "cite"),
        *("style", "manifest", "xlink:href", "{http://www.w3.org/1999/xlink}href"),
    }
)
"""Attributes that name an address or hold a style."""
_OWN_LINKS = ("#", "./", "data:image/svg+xml,", "https://", "http://")


def parse(page: bytes) -> Element:
    """The document, by the parsing rules of HTML 5, which a browser keeps to."""
    parser = HTMLParser(tree=getTreeBuilder("lxml"), namespaceHTMLElements=False)
    return parser.parse(page, transport_encoding="utf-8").getroot()


def links_of(root: Element) -> list[str]:
    """Every address of a page, in order."""
    return [str(element.get("href")) for element in root.xpath("//*[@href]")]


def check_page(content: bytes) -> None:
    """A browser would run nothing but the page's own script, and fetch nothing."""
    text = text_of(content)
    root = parse(content)
    elements = list(root.iter())
    require(all(isinstance(element.tag, str) for element in elements), "it has a comment")
    counts = Counter(str(element.tag) for element in elements)
    for tag in ("title", "h1", "main", "style", "script"):
        require(counts[tag] == 1, f"it has {counts[tag]} <{tag}>")
    fetching = {tag for tag in counts if tag.rpartition("}")[2] in _FETCHING}
    require(not fetching, f"it has {sorted(fetching)}")
    for element in elements:
        _harmless(element)
    _policy(root)
    style = root.xpath("string(//style)")
    require(not re.search(r"@import|url\(", str(style)), "its style fetches something")
    require(text.rstrip().endswith("</html>"), "it is cut")
    ids = Counter(str(element.get("id")) for element in root.xpath("//*[@id]"))
    twice = [name for name, count in ids.items() if count > 1]
    require(not twice, f"elements have one id: {twice[:1]}")
    lost = [link for link in links_of(root) if link.startswith("#") and link[1:] not in ids]
    require(not lost, f"its link {lost[:1]} leads nowhere")


def _harmless(element: Element) -> None:
    for name, value in element.attrib.items():
        where = f"<{element.tag} {name}={value[:80]!r}>"
        require(not str(name).lower().startswith("on"), f"{where} is a handler")
        require(str(name) not in _ADDRESSES, f"{where} is an address or a style")
        require(name != "href" or value.startswith(_OWN_LINKS), f"{where} leads elsewhere")
    if element.tag == "link":
        require(str(element.get("href")).startswith("data:"), "it fetches what a <link> names")
    if element.tag == "meta" and element.get("http-equiv"):
        require(element.get("http-equiv") == "Content-Security-Policy", "it has a <meta> of another's")
    require(element.tag != "form" or not element.get("method"), "it has a form that is sent")


def _policy(root: Element) -> None:
    """The policy allows this style and this script by their hashes, and nothing else."""
    metas = root.xpath("//meta[@http-equiv='Content-Security-Policy']")
    require(len(metas) == 1, f"it has {len(metas)} policies")
    policy = dict(part.strip().split(" ", 1) for part in str(metas[0].get("content")).split(";"))
    require(policy.get("default-src") == "'none'", "its policy does not start from nothing")
    require("unsafe" not in str(metas[0].get("content")), "its policy allows what is unsafe")
    for kind in ("style", "script"):
        (element,) = root.xpath(f"//{kind}")
        digest = b64encode(sha256((element.text or "").encode()).digest()).decode()
        require(policy.get(f"{kind}-src") == f"'sha256-{digest}'", f"its policy knows another {kind}")
    order = [
        str(element.tag)
        for element in root.iter()
        if element.tag in {"style", "script"} or element is metas[0]
    ]
    require(order[0] == "meta", "its policy stands behind what it governs")

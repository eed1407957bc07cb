"""What GitHub Actions reads: annotations, outputs of a step, and the job summary."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

from html5lib import HTMLParser
from html5lib.treebuilders import getTreeBuilder
from markdown_it import MarkdownIt

from tests.reports.validators.faults import require, require_no_command, text_of
from tests.reports.validators.platforms import check_classroom

__all__ = ["MARKDOWN", "Annotation", "annotations_of", "check_annotations", "check_markdown", "check_outputs"]

_OF_A_KIND = 10
"""GitHub takes so many errors, warnings and notices of a step."""
_OUTPUTS = ["lab", "status", "score", "points", "max", "percent", "seed", "isolation", "result"]

MARKDOWN = MarkdownIt("commonmark").enable("table")
_MOST_BYTES = 1024 * 1024
"""A larger summary is dropped as a whole."""
_ELEMENTS = frozenset(
    {
        *("html", "head", "body", "h2", "h3", "p", "strong", "b", "a", "sub", "details", "summary", "pre"),
        *("code", "ul", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td"),
    }
)


@dataclass(frozen=True)
class Annotation:
    """A command, as the runner understands it."""

    kind: str
    properties: dict[str, str]
    message: str


def annotations_of(content: bytes) -> Iterator[Annotation]:
    """Reads as actions/runner does: ActionCommand.cs, TryParseV2."""
    text = text_of(content)
    require(text.endswith("\n"), "its last line has no end")
    for line in text.removesuffix("\n").split("\n"):
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line, re.DOTALL)
        require(match, f"this line is no command: {line[:80]!r}")
        if match:
            pairs = (pair.partition("=")[::2] for pair in match[2].split(","))
            properties = {name: _unescaped(value) for name, value in pairs}
            yield Annotation(match[1], properties, _unescaped(match[3]))


def _unescaped(text: str) -> str:
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def check_annotations(content: bytes) -> None:
    """Every line is one of the grader's own commands, and no text in it is another."""
    found = list(annotations_of(content))
    require(found[0].kind == "notice" and "title" in found[0].properties, "the score does not stand first")
    counts = Counter(one.kind for one in found)
    require(set(counts) <= {"notice", "warning", "error"}, f"it has other commands: {sorted(counts)}")
    require(max(counts.values()) <= _OF_A_KIND, f"GitHub would drop some of them: {dict(counts)}")
    require("##[" not in content.decode(), "it has a command of the old kind")
    for one in found:
        require(set(one.properties) <= {"file", "line", "title"}, f"it sets {sorted(one.properties)}")
        require(one.message.strip(), "an annotation has no message")
        require_no_command(one.message, "the message of an annotation")
        for name, value in one.properties.items():
            require("\n" not in value, f"the {name} of an annotation is more than a line")
            require_no_command(value, f"the {name} of an annotation")
        _is_inside(one)


def _is_inside(one: Annotation) -> None:
    """A marked file is one of the submission's, and its line a number."""
    require(("file" in one.properties) == ("line" in one.properties), "a file and a line go together")
    path = PurePosixPath(one.properties.get("file", "a"))
    require(not path.is_absolute() and ".." not in path.parts, f"{path} is not in the submission")
    require(one.properties.get("line", "1").isdecimal(), "the line of an annotation is no number")


def check_outputs(content: bytes) -> None:
    """Each line is one of the grader's own outputs; they agree, and the last is Classroom's report."""
    text = text_of(content)
    require(text.endswith("\n"), "its last line has no end")
    lines = text.removesuffix("\n").split("\n")
    require([line.partition("=")[0] for line in lines] == _OUTPUTS, "it has other outputs than its own")
    values = dict(line.split("=", 1) for line in lines)
    require(values["status"] in {"complete", "incomplete"}, f"its status is {values['status']!r}")
    require(values["score"] == f"{values['points']}/{values['max']}", "its score is not of its points")
    points, most, percent = (Decimal(values[name]) for name in ("points", "max", "percent"))
    require(0 <= points <= most and 0 <= percent <= 100, "it has more points than there are")
    int(values["seed"])
    check_classroom(values["result"].encode("ascii"))


def check_markdown(content: bytes) -> None:
    """Rendered by another parser, nothing in it is markup but the grader's own."""
    require(len(content) <= _MOST_BYTES, f"{len(content)} bytes are too many for a job summary")
    text = text_of(content)
    require_no_command(text, "a line")
    require(text.endswith("</sub></p>\n"), "it does not end as it should: it is cut, or something is open")
    page = "<!doctype html><html><body>" + MARKDOWN.render(text) + "</body></html>"
    parser = HTMLParser(tree=getTreeBuilder("lxml"), namespaceHTMLElements=False)
    elements = list(parser.parse(page).getroot().iter())
    require(all(isinstance(element.tag, str) for element in elements), "it has a comment")
    counts = Counter(element.tag for element in elements)
    require(set(counts) <= _ELEMENTS, f"it has elements of another's: {sorted(set(counts) - _ELEMENTS)}")
    require(counts["h2"] == 1 and counts["h3"] <= 1, "it has headings of another's")
    for element in elements:
        for name, value in element.attrib.items():
            is_link = element.tag == "a" and name == "href" and value.startswith(("https://", "http://"))
            is_column = element.tag in {"th", "td"} and name == "style"
            require(is_link or is_column, f"<{element.tag}> has {name}={value[:80]!r}")

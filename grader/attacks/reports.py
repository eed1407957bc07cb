"""Whether every report of a result still says what it should, whatever the submission put into it."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePath
from types import MappingProxyType

from grader.reports import FORMATS, ReportOptions
from grader.reports.record import loads
from grader.results import LabResult

__all__ = ["report_faults"]

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x9b]")
_COMMAND = re.compile(
    r"^\s*(::error file=x::forged|##\[error\]forged|::set-output|::add-path|::stop-commands)", re.MULTILINE
)
"""What the attacks print for a workflow's runner, at the beginning of a line."""
_MARKUP = re.compile(r"<\w+\b[^>]*\bdata-attack\b", re.IGNORECASE)
"""What the attacks put into their markup, so that it can be told from a report's own."""


def report_faults(result: LabResult) -> Iterator[str]:
    """Renders every format, reads it back, and looks for what must not be there."""
    for name, form in FORMATS.items():
        try:
            content = form.render(result, ReportOptions())
            text = content.decode("utf-8")
            _READERS.get(PurePath(form.file_name).suffix, str)(text)
        except (ValueError, ET.ParseError) as error:
            yield f"the report {name} cannot be read back: {error}"
            continue
        if name == "json" and loads(content) != result:
            yield "the report json reads back as another result"
        yield from (f"the report {name} has {what}" for what in _dangers(form.file_name, text))


def _dangers(file_name: str, text: str) -> Iterator[str]:
    ending = PurePath(file_name).suffix
    if _CONTROLS.search(text):
        yield "control characters"
    if ending in {".md", ".txt"} and _COMMAND.search(text):
        yield "a command for the workflow's runner"
    shown = _without_code(text) if ending == ".md" else text
    if ending in {".md", ".html"} and _MARKUP.search(shown):
        yield "markup of the submission's"
    if ending == ".xml" and any("data-attack" in element.attrib for element in _tree(text).iter()):
        yield "elements of the submission's"


def _tree(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - a report of our own, whose parser is the thing to try


def _without_code(text: str) -> str:
    """Markdown without what is shown as it stands: fenced blocks and code in a line."""
    return re.sub(r"(`{3,}).*?\1|(`+).*?\2", "", text, flags=re.DOTALL)


_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {".xml": _tree, ".json": json.loads, ".html": HTMLParser().feed}
)
"""By the ending of a report's file name, how it is read back."""

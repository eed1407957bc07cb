"""A notebook as the Python file that a lab asks for: its code in order, never executed.

Lines for the notebook's own shell, as `%matplotlib inline` and `!pip install redis`, are commented out. The
notebook is read as the JSON that it is: the libraries for it take half a second to load, and this takes none.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from grader.errors import SubmissionRejectedError
from grader.sandbox.base import MIB
from grader.submission.intake.entry import Entry, Kind, Parts
from grader.submission.intake.names import shown

_NOTEBOOK_BYTES = 20 * MIB
_CODE_CHARACTERS = 2 * MIB
_CODE_CELLS_OF_MAGIC = ("%%time", "%%timeit", "%%capture", "%%prun")  # what follows is Python all the same
_MAGIC = re.compile(r"\s*([%!?]|[\w.]+\s*\?{1,2}\s*\Z|[\w.,\s\[\]]+=\s*(!|%\w))")
_MARK = re.compile(r"\"\"\"|'''|[\"'#]|[(\[{]|[)\]}]|\\.", re.DOTALL)
_IN_STRING = {quote: re.compile(rf"\\.|{quote}", re.DOTALL) for quote in ('"""', "'''", '"', "'")}


@dataclass(frozen=True)
class Converted:
    """The code of a notebook.

    Attributes:
        commented_lines: How many lines for the notebook's shell were commented out.
    """

    code: str
    commented_lines: int


def converted_entry(parts: Parts, notebook: Entry) -> tuple[Entry, int]:
    """The notebook's code as an entry, and how many of its lines were commented out.

    Args:
        parts: The path of the notebook.

    Raises:
        SubmissionRejectedError: It is no notebook of Python, or too large.
    """
    with notebook.open() as file:
        content = file.read(_NOTEBOOK_BYTES + 1)
    if len(content) > _NOTEBOOK_BYTES:
        raise SubmissionRejectedError(
            f"{shown(parts)} has more than {_NOTEBOOK_BYTES // MIB} MiB. Clear its outputs and save it again."
        )
    try:
        found = convert(content)
    except ValueError as error:
        raise SubmissionRejectedError(
            f"{shown(parts)} cannot be read as a notebook: {error}. "
            "Export it as a Python file (executable script) and hand that in."
        ) from error
    code = found.code.encode(errors="replace")
    name = "/".join(parts)
    return Entry(name, Kind.FILE, len(code), lambda: nullcontext(io.BytesIO(code))), found.commented_lines


def convert(content: bytes) -> Converted:
    """The code cells of a notebook, one after another, each behind a comment with its number.

    Raises:
        ValueError: It is no notebook, or not one of Python; says why.
    """
    lines: list[str] = []
    commented = 0
    for number, source in enumerate(_sources(_parsed(content)), 1):
        code = _cell(source)
        lines += [f"# Cell {number}", *code.code.split("\n"), ""]
        commented += code.commented_lines
    return Converted("\n".join(lines), commented)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        notebook: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error
    if not isinstance(notebook, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - all faults of a notebook are one to the caller
    metadata = _object(notebook.get("metadata"))
    language = _object(metadata.get("kernelspec")).get("language") or _object(
        metadata.get("language_info")
    ).get("name")
    if isinstance(language, str) and "python" not in language.casefold():
        raise ValueError("its language is not Python")
    return notebook


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _sources(notebook: dict[str, Any]) -> Iterator[str]:
    """The code cells, of the present format and of the old one with worksheets."""
    cells = notebook.get("cells")
    if cells is None and isinstance(worksheets := notebook.get("worksheets"), list):
        cells = [cell for sheet in worksheets for cell in _list(_object(sheet).get("cells"))]
    if not isinstance(cells, list):
        raise ValueError("it has no cells")  # noqa: TRY004 - all faults of a notebook are one to the caller
    left_characters = _CODE_CHARACTERS
    for cell in map(_object, cells):
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        left_characters -= len(text)
        if left_characters < 0:
            raise ValueError("it has more code than anybody writes")
        yield text


def _cell(source: str) -> Converted:
    """One cell with its magic commented out; a cell that is all magic, as `%%bash`, whole."""
    lines = re.split(r"\r\n|\r|\n", source)
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_CODE_CELLS_OF_MAGIC):
        return Converted("\n".join(f"# {line}".rstrip() for line in lines), len(lines))
    state = _State()
    commented = 0
    made = []
    continues = False
    for line in lines:
        if continues or (state.at_statement and _MAGIC.match(line)):
            made.append(_commented(line, is_first=not continues))
            commented += 1
            continues = line.endswith("\\")
        else:
            state.pass_over(line)
            made.append(line)
    return Converted("\n".join(made), commented)


def _commented(line: str, *, is_first: bool) -> str:
    """A line as a comment; in a block that may have nothing else, behind a statement."""
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {line.strip()}" if indent and is_first else f"# {line}".rstrip()


class _State:
    """Where a line of Python begins: at a statement, within brackets, or within a string."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""
        self._is_continued = False

    @property
    def at_statement(self) -> bool:
        """Whether a statement begins with the next line."""
        return not (self._depth or self._quote or self._is_continued)

    def pass_over(self, line: str) -> None:
        """Goes over one line."""
        self._is_continued = False
        place = 0
        while found := (_IN_STRING[self._quote] if self._quote else _MARK).search(line, place):
            place = found.end()
            mark = found[0]
            if self._quote:
                self._quote = "" if mark == self._quote else self._quote
            elif mark == "#":
                return
            elif mark in _IN_STRING:
                self._quote = mark
            elif mark in "([{":
                self._depth += 1
            elif mark in ")]}":
                self._depth = max(self._depth - 1, 0)
        goes_on = line.endswith("\\") and place < len(line)  # an escaped backslash has been passed over
        self._is_continued = goes_on and not self._quote
        if len(self._quote) == 1 and not goes_on:
            self._quote = ""  # no string in plain quotes goes over a line, but by a backslash

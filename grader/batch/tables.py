"""Tables that other programs write: CSV with any delimiter, in UTF-8, UTF-16 or a Windows code page."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.sandbox.base import MIB

_MOST_BYTES = 64 * MIB
_DELIMITERS = ",;\t|"
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        line: Where it ends in the file, from 1.
        cells: By the header as `header_of` gives it, without white space around; of two columns with one
            header the first.
    """

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table with a header row.

    Attributes:
        headers: As they stand in the file.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def header_of(text: str) -> str:
    """A header by which a column is recognised: without case, white space, hyphens and underscores."""
    return re.sub(r"[\s_\-]+", "", text).casefold()


def read_table(path: Path, is_header: Callable[[str], bool]) -> Table:
    """Reads a file; see `parse_table`.

    Raises:
        UsageError: There is no such file, or it is no table.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"The table {path} cannot be read: {error.strerror}. Check its name.") from error
    return parse_table(content, str(path), is_header)


def parse_table(content: bytes, name: str, is_header: Callable[[str], bool]) -> Table:
    """Reads a table; the delimiter is the one with which most headers are known.

    Args:
        name: The table's name in messages.
        is_header: Whether a header, as `header_of` gives it, is known.

    Raises:
        UsageError: It is no table, or far too large.
    """
    if len(content) > _MOST_BYTES:
        raise UsageError(f"{name} has more than {_MOST_BYTES // MIB} MiB, which no such table has.")
    text = _decoded(content, name)
    rows = max(
        (_split(text, delimiter, name) for delimiter in _DELIMITERS),
        key=lambda rows: sum(is_header(header_of(cell)) for cell in (rows[0][1] if rows else ())),
    )
    if not rows:
        raise UsageError(f"{name} is empty. A table begins with a row of headers.")
    headers = tuple(cell.strip() for cell in rows[0][1])
    keys = [header_of(header) for header in headers]
    return Table(headers, tuple(_row(line, keys, cells) for line, cells in rows[1:]))


def _decoded(content: bytes, name: str) -> str:
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content[:200]:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    for attempt in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = content.decode(attempt)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError(f"{name} is no text that can be read. Save it again as CSV in UTF-8.")


def _split(text: str, delimiter: str, name: str) -> list[tuple[int, list[str]]]:
    """All rows that are not blank, each with its line; quotes stand as they do in CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells))
    except csv.Error as error:
        if "field larger" not in str(error):
            raise UsageError(f"{name} is no table: {error} in line {reader.line_num}.") from error
        return []  # a quote that is never closed, as with the wrong delimiter
    return rows


def _row(line: int, keys: list[str], cells: list[str]) -> Row:
    found: dict[str, str] = {}
    for key, cell in zip(keys, cells, strict=False):
        found.setdefault(key, cell.strip())
    return Row(line, found)

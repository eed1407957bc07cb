"""A teacher's own table, of which single cells are changed and every other byte stays."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.batch.tables import header_of
from grader.errors import UsageError
from grader.reports.text import encodable

__all__ = ["Cell", "Sheet", "read_sheet"]

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Cell:
    """A cell, and where it stands in the text."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A table with a header row.

    Attributes:
        mark: The byte order mark, or nothing.
        rows: Without the header row, and without empty lines.
    """

    text: str
    mark: bytes
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def find(self, header: str) -> int | None:
        """The column with this header, whatever its case and white space; None if there is none."""
        wanted = header_of(header)
        return next((number for number, one in enumerate(self.headers) if header_of(one) == wanted), None)

    def require(self, header: str, what: str) -> int:
        """The column with this header.

        Raises:
            UsageError: There is none.
        """
        found = self.find(header)
        if found is None:
            raise UsageError(
                f"{what} has no column {header!r}. Its columns are {', '.join(map(repr, self.headers))}. "
                "Use the file as it was downloaded; if it is in another language, name its headers."
            )
        return found

    def value(self, row: Sequence[Cell], column: int | None) -> str:
        """What stands there, without white space around; empty if the row is too short."""
        return row[column].value.strip() if column is not None and column < len(row) else ""

    def changed(self, changes: Mapping[Cell, str]) -> bytes:
        """The file with other values in some cells."""
        parts: list[str] = []
        at = 0
        for cell in sorted(changes, key=lambda cell: cell.start):
            parts += (self.text[at : cell.start], self._quoted(changes[cell]))
            at = cell.end
        text = "".join((*parts, self.text[at:]))
        return self.mark + encodable(text, self.encoding).encode(self.encoding)

    def _quoted(self, value: str) -> str:
        if any(character in value for character in f'"\r\n{_DELIMITERS}') or value != value.strip():
            return '"' + value.replace('"', '""') + '"'
        return value


def read_sheet(content: bytes, what: str) -> Sheet:
    """Reads a table in UTF-8, UTF-16 or Windows' code page, with commas, semicolons or tabs.

    Args:
        what: The file's name in messages.

    Raises:
        UsageError: It is no table.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", ""))
    text, encoding = _decoded(content[len(mark) :], encoding, what)
    first_line = text.lstrip("\r\n").splitlines()[:1]
    delimiter = max(_DELIMITERS, key=lambda one: first_line[0].count(one) if first_line else 0)
    rows = [row for row in _rows(text, delimiter, what) if any(cell.value.strip() for cell in row)]
    if not rows:
        raise UsageError(f"{what} is empty. Use the file as it was downloaded.")
    headers = tuple(cell.value.strip() for cell in rows[0])
    return Sheet(text, mark, encoding, delimiter, headers, tuple(rows[1:]))


def _decoded(content: bytes, encoding: str, what: str) -> tuple[str, str]:
    for attempt in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return content.decode(attempt), attempt
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{what} is no text that can be read. Use the file as it was downloaded.")


def _rows(text: str, delimiter: str, what: str) -> Iterator[tuple[Cell, ...]]:
    other = f"[^{delimiter}\r\n]*"
    token = re.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*)"(?P<rest>{other})|(?P<plain>{other}))(?P<end>{delimiter}|\r\n|\r|\n|\Z)'
    )
    row: list[Cell] = []
    at = 0
    while at < len(text) or row:
        found = token.match(text, at)
        if found is None or (found["plain"] or "").startswith('"'):
            line = text.count("\n", 0, at) + 1
            raise UsageError(
                f"{what} has a quote in line {line} that is never closed. Download the file again."
            )
        quoted = found["quoted"]
        value = found["plain"] if quoted is None else quoted.replace('""', '"') + found["rest"]
        row.append(Cell(value, found.start(), found.start("end")))
        at = found.end()
        if found["end"] != delimiter:
            yield tuple(row)
            row = []

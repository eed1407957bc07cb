"""Cells that a spreadsheet does not execute."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from grader.reports.text import visible

__all__ = ["csv_bytes", "harmless", "is_harmless_key"]

# A cell is executed if it begins with one of these (OWASP, CSV injection). Spreadsheets that take another
# delimiter than the file's begin a cell wherever theirs stands.
_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_EXECUTED = re.compile(rf"(^|[;\t\r\n|])(\s*)(?=[{_STARTS}])")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_HARMLESS_KEY = re.compile(
    rf"[^\x00-\x20\x7f-\x9f\ud800-\udfff{_STARTS}][^\x00-\x1f\x7f-\x9f\ud800-\udfff;|]*|[+\-@]?[\w.@-]*"
)


def harmless(text: str) -> str:
    """Visible text with an apostrophe before what a spreadsheet would execute; numbers stay."""
    text = visible(text)
    if _NUMBER.fullmatch(text):
        return text
    if text[:1] in {"\t", "\r"}:
        text = "'" + text
    return _EXECUTED.sub(r"\1\2'", text)


def is_harmless_key(text: str) -> bool:
    """Whether a key, which must stay as it is, can stand in a file that a spreadsheet may open.

    A name such as `-jane` or `@jane` calls no function; a formula does, and is nobody's key.
    """
    return _HARMLESS_KEY.fullmatch(text) is not None


def csv_bytes(rows: Iterable[Sequence[str]], *, quote_all: bool = False, with_mark: bool = False) -> bytes:
    """The rows as CSV in UTF-8.

    Args:
        with_mark: Begin with the byte order mark, without which Excel takes the file for another encoding.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if with_mark else "utf-8", "backslashreplace")

"""Text that students wrote, made harmless: nothing in it can hide, move the cursor or break a document."""

import re
from collections.abc import Callable

__all__ = [
    "clip",
    "clip_bytes",
    "encodable",
    "fit",
    "last_lines",
    "one_line",
    "visible",
    "without_commands",
    "xml_safe",
]

# Everything that a reader does not see or that acts on a terminal or breaks XML: C0 but tab and newline, DEL
# and C1, marks that turn the direction of text, line separators, lone surrogates, noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_LONGEST_LINE = 500
_XML_LIMIT = 65_536
_LIMITS = (16_384, 4096, 1024, 256, 64, 16)

# GitHub's runner obeys a line of its log that starts with ::name, after blanks, and ##[name] anywhere in a
# line (actions/runner, src/Runner.Common/ActionCommand.cs).
_LINE_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= 0xFF:  # noqa: PLR2004 (what two hexadecimal digits hold)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 (what four hold)


def visible(text: str) -> str:
    r"""Writes every unseen character as its escape, as `\x1b` or `\u202e`; Windows' line end becomes `\n`."""
    return _UNSEEN.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The visible text on a single line, blanks drawn together."""
    return " ".join(visible(text).split())


def clip(text: str, limit: int) -> str:
    """At most `limit` characters and a remark: a long text loses its middle."""
    if len(text) <= limit:
        return text
    head = limit // 4
    tail = limit - head
    return f"{text[:head]}\n[... {len(text) - limit} characters left out ...]\n{text[len(text) - tail :]}"


def clip_bytes(text: str, limit: int) -> str:
    """A line of at most `limit` bytes in UTF-8; a longer one loses its end."""
    content = text.encode("utf-8")
    if len(content) <= limit:
        return text
    return content[: limit - len("…".encode())].decode("utf-8", "ignore").rstrip() + "…"


def fit(draft: Callable[[int], bytes], limit: int) -> bytes:
    """The file with the longest texts that has at most `limit` bytes.

    Args:
        draft: Makes the file with texts of at most so many characters. With the shortest, it must fit.
    """
    drafts = (draft(length) for length in _LIMITS[:-1])
    return next((content for content in drafts if len(content) <= limit), None) or draft(_LIMITS[-1])


def without_commands(text: str) -> str:
    r"""Visible text without commands to GitHub's runner: `::` becomes `\x3a:`, and `##[` `##\x5b`."""
    return _LINE_COMMAND.sub(r"\1\\x3a", visible(text)).replace("##[", r"##\x5b")


def last_lines(text: str, count: int) -> tuple[list[str], int]:
    """The last lines of the visible text, each of bounded length, and how many lines there are in all."""
    lines = visible(text).strip("\n").split("\n")
    if lines == [""]:
        return [], 0
    kept = [
        line
        if len(line) <= _LONGEST_LINE
        else f"{line[:_LONGEST_LINE]} [... {len(line) - _LONGEST_LINE} more]"
        for line in lines[-count:]
    ]
    return kept, len(lines)


def xml_safe(text: str, limit: int = _XML_LIMIT) -> str:
    """Visible text of bounded length in which every character may stand in an XML 1.0 document."""
    return clip(visible(text), limit)


def encodable(text: str, encoding: str) -> str:
    """The text with an escape for each character that the encoding does not have."""
    return text.encode(encoding, "backslashreplace").decode(encoding)

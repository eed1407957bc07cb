"""How a validator says what is wrong, and what holds for the text of every report."""

import json
from pathlib import Path
from typing import Any, NoReturn
from unicodedata import bidirectional, category

from jsonschema.protocols import Validator

__all__ = [
    "SCHEMAS",
    "FaultyReportError",
    "has_control",
    "is_command",
    "json_of",
    "keep_to",
    "require",
    "require_no_command",
    "text_of",
]

SCHEMAS = Path(__file__).parents[2] / "schemas"

_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})
_MARKS = frozenset("\u061c\u200e\u200f")
"""They turn the direction of a text, too, but Unicode counts them among its letters."""


class FaultyReportError(Exception):
    """A report is not what its format says."""


def require(holds: object, says: str) -> None:
    """Raises what is wrong unless the condition holds.

    Raises:
        FaultyReportError: It does not hold.
    """
    if not holds:
        raise FaultyReportError(says)


def is_command(line: str) -> bool:
    """Whether GitHub's runner would obey the line, as `ActionCommand.cs` of actions/runner decides."""
    return line.lstrip().startswith("::") or "##[" in line


def has_control(text: str) -> bool:
    """Whether a character in it controls something, ends a line, turns its direction or cannot be encoded."""
    return not text.isprintable() and any(
        category(sign) in _CONTROLS or bidirectional(sign) in _TURNS or sign in _MARKS for sign in text
    )


def require_no_command(text: str, where: str) -> None:
    """No line of a text that ends up in a log is obeyed by the runner."""
    for line in text.splitlines():
        require(not is_command(line), f"{where} is a command to GitHub's runner: {line[:80]!r}")


def text_of(content: bytes) -> str:
    """The text of a report, in which nothing is unseen but line feeds and tabs."""
    text = content.decode("utf-8")
    require(not text.startswith("\ufeff"), "it starts with a byte order mark")
    shown = text.replace("\n", "").replace("\t", "")
    unseen = [sign for sign in shown if has_control(sign)] if has_control(shown) else []
    require(not unseen, f"it has characters that nobody sees: {unseen[:3]!r}")
    return text


def json_of(content: bytes) -> Any:  # noqa: ANN401 (what JSON holds)
    """The document, by the letter of JSON: no NaN, and no key twice."""
    return json.loads(text_of(content), parse_constant=_refuse, object_pairs_hook=_distinct)


def keep_to(schema: Validator, document: Any) -> None:  # noqa: ANN401 (what JSON holds)
    """Raises the first thing in which a document does not keep to its schema."""
    for error in schema.iter_errors(document):
        raise FaultyReportError(f"{error.json_path}: {error.message[:200]}")


def _refuse(constant: str) -> NoReturn:
    raise FaultyReportError(f"{constant} is no JSON")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    require(len(document) == len(pairs), "an object has a key twice")
    return document

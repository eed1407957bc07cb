"""Code in its normal form: what stays when names, texts, comments and layout are taken away.

Any name becomes V and any text S, as copydetect has it, but each character of the normal form remembers where
it comes from: copydetect's own places are off behind a class, and in a file that begins with empty lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Name, String, Text, Whitespace

__all__ = ["NormalForm", "normal_form"]

_NOTHING = (Comment, Text, Whitespace, String.Doc)
_OF_PYTHON = (Name.Builtin, Name.Exception)
_QUOTES = frozenset(("'", '"'))


@dataclass(frozen=True)
class NormalForm:
    """Code in its normal form.

    Attributes:
        text: The normal form.
        starts: For each of its characters, where in the code the token begins.
        ends: And where it ends.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def normal_form(files: Iterable[str]) -> NormalForm:
    """The normal form of Python files; places are those in the files joined, in this order.

    Broken code has one too.
    """
    parts, starts, ends = [], [], []
    before = 0
    for code in files:
        for start, end, sign in _signs(code):
            parts.append(sign)
            starts += [before + start] * len(sign)
            ends += [before + end] * len(sign)
        before += len(code)
    return NormalForm("".join(parts), tuple(starts), tuple(ends))


def _signs(code: str) -> Iterator[tuple[int, int, str]]:
    """Each token that counts: where it begins, where it ends, and what it becomes."""
    for start, kind, value in PythonLexer().get_tokens_unprocessed(code):
        end = start + len(value)
        if any(kind in nothing for nothing in _NOTHING):
            continue
        if kind in Name and not any(kind in own for own in _OF_PYTHON):
            yield start, end, "V"
        elif kind in String:
            yield start, end, '"' if value in _QUOTES else "S"
        else:
            yield start, end, value

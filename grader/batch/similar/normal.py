"""Code in its normal form: what stays when names, texts, comments and layout are taken away.

Any name becomes V and any text S, as copydetect has it, but each character of the normal form remembers where
it comes from: copydetect's own places are off behind a class, and in a file that begins with empty lines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Name, String, Text, Whitespace

__all__ = ["NormalForm", "normal_form"]

_NOTHING = (Comment, Text, Whitespace, String.Doc)
_OF_PYTHON = (Name.Builtin, Name.Exception)
_QUOTES = frozenset(("'", '"'))
_LONG_BLANK = re.compile(r"\s{100,}")


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
    short = _without_long_blanks(code)
    for begin, kind, value in PythonLexer().get_tokens_unprocessed(short.code):
        if any(kind in nothing for nothing in _NOTHING):
            continue
        start, end = short.place(begin), short.place(begin + len(value))
        if kind in Name and not any(kind in own for own in _OF_PYTHON):
            yield start, end, "V"
        elif kind in String:
            yield start, end, '"' if value in _QUOTES else "S"
        else:
            yield start, end, value


@dataclass(frozen=True)
class _Shortened:
    """Code in which each long blank is one character.

    Attributes:
        behind: The place behind each of these characters.
        missing: How many characters are left out up to there.
    """

    code: str
    behind: list[int]
    missing: list[int]

    def place(self, place: int) -> int:
        """The same place in the code as it was."""
        number = bisect_right(self.behind, place)
        return place + (self.missing[number - 1] if number else 0)


def _without_long_blanks(code: str) -> _Shortened:
    """The lexer takes a time that grows with the square of a blank: minutes for one that fills a file."""
    parts, behind, missing = [], [], []
    done = left_out = 0
    for blank in _LONG_BLANK.finditer(code):
        parts += [code[done : blank.start()], "\n" if "\n" in blank[0] else " "]
        left_out += len(blank[0]) - 1
        done = blank.end()
        behind.append(done - left_out)
        missing.append(left_out)
    return _Shortened("".join([*parts, code[done:]]), behind, missing)

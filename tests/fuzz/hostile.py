"""Hostile text and values, made fast from random numbers: in microseconds, not milliseconds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

__all__ = ["FRAGMENTS", "Luck", "disk_name", "name", "number_text", "plain_value", "refusing", "text"]

Luck = Random
"""Where all that is random comes from; the same seed gives the same input."""

FRAGMENTS = (
    *("\x00", "\x1b[31m", "\x1b]0;t\x07", "\x9b2J", "\x7f", "\r", "\r\n", "\n\n", "\t", "\x0b\x0c", "\x85"),
    *("\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u2029", "\u200b", "\u0301", "\u00ad", "\ufeff"),
    *("\ud800", "\udfff", "\ud83d\ude00", "\udc80", "\U0001f469\u200d\U0001f680", "\U0010ffff", "\ufffe"),
    *("]]>", "<![CDATA[", "<!--", "-->", "<?xml", "&lt;", "&#0;", "&#x26;", "&amp", "<failure/>"),
    *("<script>alert(1)</script>", "</script>", "</style><img src=x onerror=alert(1)>", "</testsuite>"),
    *("<svg/onload=alert(1)>", '" onmouseover=alert(1) x="', "' autofocus onfocus=alert(1) '"),
    *("<a href=javascript:alert(1)>", "javascript:", "</pre></details></li></ol><h1>100"),
    *("</title></textarea></noscript></template>", "<base href=//x.example>", "{{ 7 * 7 }}", "{% raw %}"),
    *("{# #}", "%(x)s", "{0.__class__}", "%s%n", "$(touch x)", "`id`", "${IFS}", "EOF", "\\x1b", "\\"),
    *("::error::x", "::set-output name=a::b", "##[group]", "##[add-mask]a", "%0A", "%0D%0A::error::", "::"),
    *("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\uff1d1+1", '=HYPERLINK("x")', ";=1", "|=1"),
    *("| a | b |\n|---|---|", "```", "~~~", "# h", "[x](y)", "![i](z)", "**b**", "<details>", "\n\n> q"),
    *("@someone", "[bold red]", "[/]", "[link=x]", "name<<EOF\nvalue\nEOF", "GITHUB_OUTPUT", "score=9/9"),
    *("../../etc/passwd", "/", "C:", "..", ".", "~", "CON", "-rf", "*", "?", "'", '"', '""', ",", ";", ":"),
    *('  File "solution.py", line 3, in f\n', '  File "../../x", line 99999999999', "Traceback (most"),
    *("漢字", "Zoë", "İ", "ß", "ﬁ", "١٢", "²", "\u0e33", "م", "e\u0301\u0301\u0301", " ", "  ", "x", "a1"),
)
"""What breaks documents, terminals, tables, templates, shells and paths."""

_SIGNS = "abz019 _-.:;,/\\\"'<>&=%#@[](){}|!?*+~^$`\n\r\t"
_LONG = 3000
_FEW = 4

_NUMBERS = (
    *("0", "-0", "1", "10", "6.5", "6,5", "-1", "1e5", "1e999", "NaN", "Infinity", "-Infinity", "0.001"),
    *("1_000", "9" * 30, "9" * 5000, "0x10", "٣", "1.", ".5", "+1", "", " 7 ", "1e-400", "100", "true"),
)
_FLAT = (None, True, False, 0, -1, 1, 3, 2.5, 0.1, 1e308, 10**30, 1 << 64, float("nan"), float("inf"))


def text(luck: Luck, longest: int = 8) -> str:
    """Any text: a few fragments and signs mixed, at times empty, one piece repeated, or any characters."""
    kind = luck.random()
    if kind < 0.05:
        return ""
    if kind < 0.10:
        return luck.choice(FRAGMENTS) * luck.randrange(_LONG // 10)
    if kind < 0.20:
        return "".join(chr(luck.randrange(0x110000)) for _ in range(luck.randrange(1, 12)))
    return "".join(_piece(luck) for _ in range(luck.randrange(1, longest)))


def _piece(luck: Luck) -> str:
    if luck.random() < 0.6:
        return luck.choice(FRAGMENTS)
    return "".join(luck.choices(_SIGNS, k=luck.randrange(1, 6)))


def name(luck: Luck) -> str:
    """A short text without surrogates, as a name in an archive or a table can be."""
    found = text(luck, 4)[:60].encode(errors="replace").decode()
    return found or "x"


def disk_name(luck: Luck) -> str:
    """A name that a disk of this system holds: no slash, no NUL, at most 255 bytes; perhaps no UTF-8."""
    found = text(luck, 4)[:50].replace("/", "_").replace("\0", "_")
    content = found.encode("utf-8", "surrogatepass")[:200]
    decoded = content.decode("utf-8", "surrogateescape")
    return "x" if decoded in {"", ".", ".."} else decoded


def number_text(luck: Luck) -> str:
    """What stands where a number should."""
    return luck.choice(_NUMBERS) if luck.random() < 0.7 else text(luck, 3)


def plain_value(luck: Luck, depth: int = 3, keys: Sequence[str] = ()) -> Any:  # noqa: ANN401 - any plain value
    """Any value that JSON has; of mappings, some keys are those that a reader looks for."""
    kind = luck.randrange(10)
    if depth and kind in {0, 1, 2}:
        count = luck.randrange(_FEW + len(keys) // 2)
        return {_key(luck, keys): plain_value(luck, depth - 1, keys) for _ in range(count)}
    if depth and kind in {3, 4}:
        return [plain_value(luck, depth - 1, keys) for _ in range(luck.randrange(_FEW))]
    return luck.choice(_FLAT) if kind < 7 else text(luck, 3)


def _key(luck: Luck, keys: Sequence[str]) -> str:
    return luck.choice(keys) if keys and luck.random() < 0.8 else text(luck, 2)


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Lets errors of these kinds pass, by which a thing may be refused, if they say something."""
    try:
        yield
    except kinds as error:
        assert str(error).strip(), "a refusal that says nothing"  # noqa: PT017 (most inputs are refused)

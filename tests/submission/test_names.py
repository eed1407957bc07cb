"""Names: which are refused, and how they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionRejectedError
from grader.submission.intake.entry import IntakeLimits
from grader.submission.intake.names import folded, parts_of, require_safe, visible

ESCAPES = ["/etc/passwd", "//x", "../x", "a/../../x", "a/..", "C:/x", "c:x", "a\\b", "..\\x", "\\\\server\\x"]
UNSAFE = [
    "a\x1b[31m",
    "a\nb",
    "a\x00b",
    "a\x7f",
    "a\u202egpj.py",
    "a\u2066",
    "a\ud800",
    "a\udce9",
    "a\u2028",
    "\ufeffa",
]


def require_printable(error: SubmissionRejectedError) -> None:
    assert str(error).isprintable()


@pytest.mark.parametrize("name", ESCAPES)
def test_refuses_what_leads_out(name: str) -> None:
    with pytest.raises(SubmissionRejectedError):
        parts_of(name)


@pytest.mark.parametrize("name", UNSAFE)
def test_refuses_unsafe_characters_and_shows_them_escaped(name: str) -> None:
    with pytest.raises(SubmissionRejectedError) as caught:
        require_safe(parts_of(name), IntakeLimits())
    message = str(caught.value)
    assert message.isprintable()
    message.encode()


@pytest.mark.parametrize("name", ["x" * 256, "é" * 128, "/".join(["x" * 200] * 6), "/".join("x" * 21)])
def test_refuses_what_is_too_long_or_too_deep(name: str) -> None:
    with pytest.raises(SubmissionRejectedError):
        require_safe(parts_of(f"a/{name}".removeprefix("a/")), IntakeLimits())


@pytest.mark.parametrize(
    "name",
    ["x" * 255, "/".join("x" * 20), "naïve données.py", "\u0645\u06cc\u200c\u062e\u0648.txt", "...", "a b"],
)
def test_takes_ordinary_names_of_all_languages(name: str) -> None:
    parts = parts_of(name)
    require_safe(parts, IntakeLimits())
    assert "/".join(parts) == name


def test_dots_and_doubled_slashes_fall_away() -> None:
    assert parts_of("./a//b/./c/") == ("a", "b", "c")
    assert parts_of("./") == ()


def test_accents_are_joined() -> None:
    assert parts_of("cafe\u0301.py") == ("caf\u00e9.py",)


def test_shows_escapes_bytes_and_cuts() -> None:
    assert visible("a\x1b\udce9\ud800\u202e") == '"a\\x1b\\xe9\\ud800\\u202e"'
    assert len(visible("x" * 10_000)) < 130


def test_folds_case_and_accents() -> None:
    assert folded(("A", "STRASSE")) == folded(("a", "straße"))


@given(st.text(alphabet=st.characters()))
def test_any_name_is_refused_or_safe_and_shown_printably(name: str) -> None:
    assert visible(name).isprintable()
    try:
        parts = parts_of(name)
        require_safe(parts, IntakeLimits())
    except SubmissionRejectedError as error:
        require_printable(error)
        return
    for part in parts:
        assert part not in {"", ".", ".."}
        assert not set(part) & set("/\\\0\x1b")
        part.encode()
    assert parts_of("/".join(parts)) == parts

"""What a student reads of an exception."""

import pytest

from grader.errors import StudentExceptionError
from tests.sandbox.conftest import Start


def failure(start: Start, code: str) -> StudentExceptionError:
    """What the call of `f` raised."""
    with pytest.raises(StudentExceptionError) as caught:
        start(code).call("f")
    return caught.value


def test_shows_the_students_frames_only(start: Start) -> None:
    error = failure(start, "import json\ndef g(x):\n    return json.loads(x)\ndef f():\n    return g('{')")
    lines = error.traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert [line for line in lines if "File" in line] == [
        '  File "solution.py", line 5, in f',
        '  File "solution.py", line 3, in g',
    ]
    assert "    return json.loads(x)" in lines
    assert lines[-1].startswith("json.decoder.JSONDecodeError: Expecting property name")
    assert error.type_name == "json.decoder.JSONDecodeError"
    assert error.message.startswith("f raised json.decoder.JSONDecodeError: Expecting")


def test_shows_chained_exceptions(start: Start) -> None:
    code = """
def f():
    try:
        {}["a"]
    except KeyError as error:
        try:
            raise ValueError("second") from error
        except ValueError:
            int("third")
"""
    text = failure(start, code).traceback
    places = [
        text.index(part)
        for part in (
            "KeyError: 'a'",
            "direct cause",
            "ValueError: second",
            "During handling",
            "invalid literal",
        )
    ]
    assert places == sorted(places)
    assert "KeyError" not in failure(start, code.replace("int(", "raise OSError from None #")).traceback


def test_shows_the_line_of_a_syntax_error(start: Start) -> None:
    error = failure(start, "x = 1\ndef f(:\n    pass")
    assert 'File "solution.py", line 2' in error.traceback
    assert "def f(:" in error.traceback
    assert error.traceback.splitlines()[-1].startswith("SyntaxError:")


def test_is_bounded(start: Start) -> None:
    calls = "\n".join(f"def f{n}(): f{n + 1}()" for n in range(100))
    error = failure(start, f"def f(): f0()\n{calls}\ndef f100(): raise ValueError('x' * 10**6)")
    lines = error.traceback.splitlines()
    assert len(lines) <= 42
    assert "lines left out" in error.traceback
    assert lines[-1].startswith("ValueError: xxx")
    assert len(error.traceback) < 10_000
    assert len(error.message) < 2_100


def test_an_endless_recursion_is_short(start: Start) -> None:
    assert len(failure(start, "def f(): f()").traceback.splitlines()) <= 42


def test_a_long_chain_is_cut(start: Start) -> None:
    code = """
def f():
    error = None
    for number in range(5000):
        new = ValueError(number)
        new.__cause__ = error
        error = new
    raise error
"""
    assert failure(start, code).traceback.endswith("ValueError: 4999")


@pytest.mark.parametrize(
    "body",
    [
        "def __str__(self): raise ValueError",
        "def __str__(self): return 5",
        "def __str__(self): raise SystemExit",
        "__cause__ = property(lambda self: 1 / 0)",
        "__module__ = 5",
    ],
)
def test_an_exception_that_cannot_be_shown_is_named(start: Start, body: str) -> None:
    error = failure(start, f"class Odd(Exception):\n    {body}\ndef f(): raise Odd('x')")
    assert "Odd" in error.traceback.splitlines()[-1]
    assert "Odd" in error.message


def test_a_message_of_many_lines_is_whole_in_the_traceback(start: Start) -> None:
    error = failure(start, "def f(): raise ValueError('first\\nsecond')")
    assert error.traceback.endswith("ValueError: first\nsecond")

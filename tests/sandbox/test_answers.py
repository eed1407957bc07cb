"""Answers are read without trust: whatever the student's side sends, the fault is the student's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import (
    CallError,
    CallTimeoutError,
    FunctionMissingError,
    OutOfMemoryError,
    ProtocolViolationError,
    StudentExceptionError,
)
from grader.sandbox.answers import MAX_MESSAGE, MAX_TRACEBACK, read_answer
from grader.sandbox.base import MIB
from grader.sandbox.inside.codec import Value, encode

ID = b"0123456789abcdef"


def read(**answer: Value) -> Value:
    """Reads an answer to the question with the right id, unless the answer brings its own."""
    return read_answer(encode({"id": ID, **answer}), ID, 5 * MIB)


def test_gives_the_value() -> None:
    assert read(kind="value", value=(1, None)) == (1, None)


def test_an_exception_keeps_its_parts() -> None:
    with pytest.raises(StudentExceptionError) as caught:
        read(kind="exception", message="load raised KeyError", traceback="frames", type="KeyError")
    assert (caught.value.message, caught.value.traceback, caught.value.type_name) == (
        "load raised KeyError",
        "frames",
        "KeyError",
    )


def test_where_slow_code_is_keeps_its_text() -> None:
    with pytest.raises(CallTimeoutError) as caught:
        read(kind="slow", message="", traceback="frames")
    assert caught.value.traceback == "frames"


def test_memory_names_the_limit() -> None:
    with pytest.raises(OutOfMemoryError, match="5 MiB"):
        read(kind="memory", message="")


def test_a_missing_function_keeps_its_message() -> None:
    with pytest.raises(FunctionMissingError, match="no function load"):
        read(kind="missing", message="no function load")


def test_an_address_in_memory_is_the_same_each_time() -> None:
    with pytest.raises(StudentExceptionError) as caught:
        read(
            kind="exception",
            message="cannot adapt <object object at 0x7f3a5c0e1b20> at 0x12",
            traceback="TypeError: <function f at 0x7f3a5c0e1b20>",
            type="TypeError",
        )
    assert caught.value.message == "cannot adapt <object object at 0x...> at 0x12"
    assert caught.value.traceback == "TypeError: <function f at 0x...>"


def test_long_texts_are_cut() -> None:
    with pytest.raises(StudentExceptionError) as caught:
        read(kind="exception", message="m" * 100_000, traceback="t" * 500_000, type="T" * 5000)
    assert len(caught.value.message) <= MAX_MESSAGE + 3
    assert len(caught.value.traceback) <= MAX_TRACEBACK + 3
    assert len(caught.value.type_name) < 400


@pytest.mark.parametrize(
    "answer",
    [
        {"kind": "value"},
        {"kind": "value", "value": 1, "id": b"another"},
        {"kind": "value", "value": 1, "id": None},
        {"kind": "verdict", "points": 100},
        {"kind": ["value"], "value": 1},
        {"kind": "ready"},
        {"kind": "exception", "message": 5, "traceback": "", "type": ""},
        {"kind": "exception", "message": "no traceback"},
        {"kind": "missing", "message": None},
        {},
    ],
)
def test_a_forged_answer_is_a_violation(answer: dict[str, Value]) -> None:
    with pytest.raises(ProtocolViolationError):
        read(**answer)


@given(st.binary(max_size=100))
def test_any_bytes_are_the_students_fault(frame: bytes) -> None:
    with pytest.raises(CallError):
        read_answer(frame, ID, MIB)

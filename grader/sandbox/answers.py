"""What a student process answered: a value, or the error that a check reports.

An answer can be forged by the student's code, so that every part of it is checked for type and length, and
none of it can blame the grader.
"""

import re
from typing import Any

from grader.errors import (
    CallError,
    CallTimeoutError,
    FunctionMissingError,
    OutOfMemoryError,
    ProtocolViolationError,
    StudentExceptionError,
)
from grader.sandbox.base import MIB
from grader.sandbox.inside.codec import DecodeError, Value, decode
from grader.sandbox.inside.protocol import Kind

# As in `<object object at 0x7f...>`: another in each process, and the same submission is to read the same.
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,16}\b")
MAX_MESSAGE = 2_000
MAX_TRACEBACK = 50_000
MAX_TYPE_NAME = 300


def read_answer(frame: bytes, question_id: bytes, memory_bytes: int) -> Value:
    """Gives the value that a process answered with.

    Args:
        frame: The answer as it came.
        question_id: What the answer must repeat.
        memory_bytes: What the process was allowed, for the message.

    Raises:
        CallTimeoutError: It is no answer yet: it says where the code is, shortly before the deadline.
        CallError: What went wrong instead.
    """
    try:
        answer: Any = decode(frame)
    except DecodeError as error:
        raise ProtocolViolationError(f"The answer of the code could not be read: {error}") from error
    if type(answer) is not dict or answer.get("id") != question_id:
        raise ProtocolViolationError("An answer came that belongs to no question.")
    if answer.get("kind") == Kind.VALUE and "value" in answer:
        value: Value = answer["value"]
        return value
    raise _error(answer, memory_bytes)


def _error(answer: dict[Any, Any], memory_bytes: int) -> CallError:
    message = _text(answer, "message", MAX_MESSAGE)
    match answer.get("kind"):
        case Kind.EXCEPTION:
            traceback = _text(answer, "traceback", MAX_TRACEBACK)
            return StudentExceptionError(message, traceback, _text(answer, "type", MAX_TYPE_NAME))
        case Kind.SLOW:
            return CallTimeoutError(message, _text(answer, "traceback", MAX_TRACEBACK))
        case Kind.MISSING:
            return FunctionMissingError(message)
        case Kind.MEMORY:
            return OutOfMemoryError(f"The code ran out of memory; it may use {memory_bytes // MIB:,} MiB.")
        case Kind.PROTOCOL:
            return ProtocolViolationError(message)
        case _:
            return ProtocolViolationError("An answer came that is of no known kind.")


def _text(answer: dict[Any, Any], name: str, length: int) -> str:
    text = answer.get(name)
    if type(text) is not str:
        raise ProtocolViolationError("An answer came that is not complete.")
    text = _ADDRESS.sub("at 0x...", text)
    return text if len(text) <= length else f"{text[:length]}..."


def stays_alive(error: CallError) -> bool:
    """Whether a process can take the next call after this error."""
    return isinstance(error, StudentExceptionError | FunctionMissingError)

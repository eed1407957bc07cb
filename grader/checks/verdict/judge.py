"""What an exception in a check means: the student's failure, the rubric's stumble, or our own fault."""

import traceback
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import pytest

from grader.errors import CallError, CourseError, GraderError, RestartImpossibleError, UsageError
from grader.results import Cause

_MESSAGE_LENGTH = 2000


class Ruling(Enum):
    """What one attempt at a check says."""

    PASSED = auto()
    """It passed."""
    FAILED = auto()
    """It failed, and the student's code is the reason."""
    STUMBLED = auto()
    """The rubric's own line raised; whose fault that is, the reference tells."""
    TROUBLE = auto()
    """A server or the sandbox gave way; a fresh one tells more."""
    IMPOSSIBLE = auto()
    """It cannot be graded here, and trying again changes nothing."""


@dataclass(frozen=True)
class Verdict:
    """A ruling with what there is to say about it."""

    ruling: Ruling
    cause: Cause | None = None
    message: str = ""
    traceback: str = ""


def judge(error: BaseException | None, rubric: Path) -> Verdict:
    """Judges what a check's function raised.

    Args:
        error: None if it returned.
        rubric: The rubric's folder, to name the line where it stumbled.
    """
    if error is None:
        return Verdict(Ruling.PASSED)
    if isinstance(error, CallError):
        return Verdict(Ruling.FAILED, error.cause, error.message, error.traceback)
    if _is_failed_assertion(error) and str(error).strip():
        return Verdict(Ruling.FAILED, Cause.ASSERTION, first_line(error))
    return _not_the_students(error, _line(error, rubric))


def _is_failed_assertion(error: BaseException) -> bool:
    """Whether a check said "not as expected"; xfail, a kind of pytest's fail, says no such thing."""
    is_fail = isinstance(error, pytest.fail.Exception) and not isinstance(error, pytest.xfail.Exception)
    return is_fail or isinstance(error, AssertionError)


def first_line(error: BaseException) -> str:
    """The first line of an exception's text, bounded; what a student reads."""
    lines = str(error).strip().splitlines()
    return lines[0][:_MESSAGE_LENGTH] if lines else type(error).__name__


def _not_the_students(error: BaseException, line: str) -> Verdict:
    match error:
        case RestartImpossibleError():
            return Verdict(Ruling.IMPOSSIBLE, message=str(error))
        case CourseError() | UsageError():
            return Verdict(Ruling.IMPOSSIBLE, message=f"The rubric has an error at {line}: {error}")
        case GraderError():
            return Verdict(Ruling.TROUBLE, message=str(error))
        case pytest.skip.Exception() | pytest.xfail.Exception():
            message = f"The rubric skipped this check at {line}; a skip is no outcome."
            return Verdict(Ruling.IMPOSSIBLE, message=message)
        case _:
            message = f"{type(error).__name__} at {line}: {first_line(error)}"
            return Verdict(Ruling.STUMBLED, message=message)


def _line(error: BaseException, rubric: Path) -> str:
    """The last line of the rubric's own that the exception passed, as `test_x.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(rubric)]
    if not own:
        return "a line that is not the rubric's"
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"

"""The error tree.

Exception
├── SubmissionError               the student's
│   ├── SubmissionRejectedError   intake refuses what was handed in
│   └── CallError                 a call of the student's code failed; becomes a failed check
│       ├── StudentExceptionError   it raised
│       ├── CallTimeoutError        it used up its time
│       ├── ProcessCrashedError     its process ended by itself
│       ├── OutOfMemoryError        it used up its memory
│       ├── OutputLimitError        it printed without end
│       ├── FunctionMissingError    the function or its file is not there
│       └── ProtocolViolationError  what came back is no plain value
└── GraderError                   ours; never costs a student points
    ├── UsageError                a wrong argument or setting
    ├── CourseError               a lab or rubric that is wrong
    ├── ServiceError              a database server that does not do what it should
    │   └── RestartImpossibleError  a server that the grader may not restart
    ├── SandboxError              the sandbox itself failed
    └── IsolationRefusedError     the machine does not allow the isolation that was asked for

An error says what failed, what was tried and what to do, in that order, in plain sentences.
"""

from typing import ClassVar

from grader.results import Cause


class SubmissionError(Exception):
    """Something is wrong with what the student handed in."""


class SubmissionRejectedError(SubmissionError):
    """Intake refuses the submission as a whole."""


class CallError(SubmissionError):
    """A call of the student's code failed.

    Args:
        message: One line for the student.
        traceback: The student's own frames, ready to print; empty if there are none.
    """

    cause: ClassVar[Cause] = Cause.EXCEPTION

    def __init__(self, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.traceback = traceback


class StudentExceptionError(CallError):
    """The student's code raised an exception.

    Args:
        type_name: The name of the exception's type, as `ValueError` or `redis.exceptions.DataError`.
    """

    def __init__(self, message: str, traceback: str = "", type_name: str = "") -> None:
        super().__init__(message, traceback)
        self.type_name = type_name


class CallTimeoutError(CallError):
    """The student's code used up its time and was killed."""

    cause = Cause.TIMEOUT


class ProcessCrashedError(CallError):
    """The student's process ended before it answered."""

    cause = Cause.CRASHED


class OutOfMemoryError(CallError):
    """The student's code used up its memory."""

    cause = Cause.MEMORY


class OutputLimitError(CallError):
    """The student's code printed without end and was killed."""

    cause = Cause.OUTPUT


class FunctionMissingError(CallError):
    """The submission has no such function, or no such file."""

    cause = Cause.MISSING


class ProtocolViolationError(CallError):
    """What came back is not a plain value, too large, or no answer at all."""

    cause = Cause.PROTOCOL


class GraderError(Exception):
    """Something of ours is wrong; the student is not to blame."""


class UsageError(GraderError):
    """An argument or a setting is wrong."""


class CourseError(GraderError):
    """A course, lab or rubric is wrong, or there is none."""


class ServiceError(GraderError):
    """A database server cannot be had, or does not do what it should."""


class RestartImpossibleError(ServiceError):
    """The check needs a restart of a server that the grader cannot restart."""


class SandboxError(GraderError):
    """The sandbox itself failed."""


class IsolationRefusedError(GraderError):
    """The machine does not allow the isolation level that was asked for."""

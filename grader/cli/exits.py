"""What the command's exit code says."""

from enum import IntEnum

from grader.errors import CourseError, GraderError, IsolationRefusedError, SubmissionRejectedError, UsageError


class Exit(IntEnum):
    """The exit codes of every command."""

    GRADED = 0
    """Graded; with `--fail-under`, at or above it; `check`: all visible points."""
    BELOW = 1
    """Below what was asked for."""
    USAGE = 2
    """A wrong argument or setting."""
    INCOMPLETE = 3
    """Something could not be graded, or told, through no fault of the student's."""
    ISOLATION_REFUSED = 4
    """The machine does not allow the isolation that was asked for."""
    BAD_INPUT = 5
    """A submission or course that cannot be used."""
    INTERRUPTED = 130
    """Somebody stopped it, or what it prints is not read any more."""


def exit_of(error: Exception) -> Exit:
    """The exit code of an error that ends a command."""
    match error:
        case UsageError():
            return Exit.USAGE
        case IsolationRefusedError():
            return Exit.ISOLATION_REFUSED
        case SubmissionRejectedError() | CourseError():
            return Exit.BAD_INPUT
        case GraderError():
            return Exit.INCOMPLETE
        case _:
            return Exit.USAGE

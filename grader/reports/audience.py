"""Who reads a report: the teacher gets the whole result, a student the part that may be shown."""

from dataclasses import replace

from grader.results import CheckResult, LabResult, Outcome

__all__ = ["HIDDEN_MESSAGE", "for_student"]

HIDDEN_MESSAGE = "This check is hidden: it shows whether it passed, and no more."


def for_student(result: LabResult) -> LabResult:
    """The result without teacher notes, and without anything that gives a hidden check's values away."""
    return replace(result, checks=tuple(_for_student(check) for check in result.checks))


def _for_student(result: CheckResult) -> CheckResult:
    shown = replace(result, teacher_note="")
    if not result.check.hidden:
        return shown
    return replace(
        shown,
        check=replace(result.check, hint=""),
        message=_message(result),
        traceback="",
        output="",
    )


def _message(result: CheckResult) -> str:
    if result.outcome is Outcome.PASSED or result.was_left:
        return result.message
    return HIDDEN_MESSAGE

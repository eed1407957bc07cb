"""Why a result is not complete, in the words that all reports share."""

from grader.reports.screen.page import how_many
from grader.results import LabResult, Outcome
from grader.scoring import points_text, total

__all__ = ["still_open", "why_unfinished"]


def why_unfinished(result: LabResult) -> str:
    """What kept checks from being graded, and that it is not the student's fault; empty if all were."""
    ungraded = [check for check in result.checks if check.outcome is Outcome.UNGRADED]
    left = sum(check.was_left for check in ungraded)
    sentences = []
    if left:
        sentences.append(
            f"Grading was stopped: {how_many(left, 'check')} {'was' if left == 1 else 'were'} not run."
        )
    if failed := len(ungraded) - left:
        sentences.append(
            f"{how_many(failed, 'check')} could not be graded. This is not your fault: the grader or its "
            "database server failed, not your code."
        )
    return " ".join(sentences)


def still_open(result: LabResult) -> str:
    """What the checks that were not graded are worth; empty if there are none."""
    ungraded = [check for check in result.checks if check.outcome is Outcome.UNGRADED]
    if not ungraded:
        return ""
    they_are = "it is" if len(ungraded) == 1 else "they are"
    worth = f"{points_text(total(ungraded).max_points)} of {points_text(result.max_points)} points"
    return f"What {they_are} worth, {worth}, is still open: neither earned nor lost."

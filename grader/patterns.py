"""Patterns: a common mistake shows in which checks failed, and can then be named.

A rubric's specimens are mistakes whose failed checks are known, and some of them say what they teach. A
result that fails exactly the same checks looks like that mistake. Only checks that a student sees count, in
a self-check and in a grade alike: nothing that is said tells of a hidden one.
"""

import re
from collections.abc import Iterable, Sequence

from grader.course import Lab
from grader.errors import CourseError
from grader.results import CheckResult, Outcome, Pattern
from grader.specimens import Specimen, known_specimens

__all__ = ["anchor_of", "find_pattern", "recognise"]

_FAILED = frozenset({Outcome.FAILED, Outcome.PARTIAL})
_OPENING = "This looks like"
_NO_PART_OF_AN_ANCHOR = re.compile(r"[^\w\- ]")


def find_pattern(lab: Lab, results: Iterable[CheckResult], handout: str = "") -> Pattern | None:
    """Names the mistake that a lab's results look like; None if there is none, or more than one.

    A `specimens.toml` that cannot be read names nothing: `grader verify` says what is wrong with it, and no
    student's grade waits for that.

    Args:
        handout: The URL of the lab's handout, with `{lab}` for the lab's id; empty if nobody knows.
    """
    try:
        specimens = known_specimens(lab)
    except CourseError:
        return None
    link = handout.replace("{lab}", lab.id)
    return recognise(specimens, tuple(results), link)


def recognise(
    specimens: Sequence[Specimen], results: Sequence[CheckResult], handout: str = ""
) -> Pattern | None:
    """Names the mistake; a pure function.

    Args:
        handout: The URL of the handout; empty if nobody knows.
    """
    shown = [result for result in results if not result.check.hidden]
    ids = frozenset(result.check.id for result in shown)
    failed = frozenset(result.check.id for result in shown if result.outcome in _FAILED)
    blocked = frozenset(result.check.id for result in shown if result.outcome is Outcome.BLOCKED)
    if not failed or any(result.outcome is Outcome.UNGRADED for result in shown):
        return None
    lessons = {one.lesson for one in specimens if one.pattern(ids) == (failed, blocked)}
    if len(lessons) != 1:
        return None
    teaches, section = lessons.pop()
    if not teaches:
        return None
    link = f"{handout}#{anchor_of(section)}" if handout and section else handout
    return Pattern(f"{_OPENING} {teaches}", section, link)


def anchor_of(heading: str) -> str:
    """The anchor that GitHub gives a heading: small letters, no punctuation, hyphens for blanks."""
    return _NO_PART_OF_AN_ANCHOR.sub("", heading.lower()).replace(" ", "-")

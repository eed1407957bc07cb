"""How a rubric declares a check, and how a check awards a part of its points."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

import pytest

from grader.errors import CourseError
from grader.scoring import parse_points

MARKER = "grader_check"

Function = TypeVar("Function", bound=Callable[..., None])


@dataclass(frozen=True)
class Declaration:
    """What stands in a `check(...)` line, as it stands there; judged when the rubric is collected."""

    points: object
    criterion: str
    needs: str | None
    hint: str
    hidden: bool
    timeout_s: float


def check(
    bare: Function | None = None,
    /,
    *,
    points: object = None,
    criterion: str = "",
    needs: str | None = None,
    hint: str = "",
    hidden: bool = False,
    timeout_s: float = 10.0,
) -> Callable[[Function], Function]:
    """Declares a pytest test as a check with points.

    The test's docstring is the title that the student reads. What is wrong with a declaration is an error
    when the rubric is collected, with file and line.

    Args:
        bare: Never given, unless the parentheses were forgotten.
        points: Possible points, above 0, at most two decimals; parametrized cases split them.
        criterion: One of `grader.results.Criterion`.
        needs: The name of another check. If that does not pass, this one is blocked; else it starts from the
            databases as that one left them. Without it, it starts from empty ones.
        hint: A sentence that helps a student whose check failed.
        hidden: Left out of a student's self-check; its expected values are never shown to a student.
        timeout_s: Seconds that the student's code may take in this check, all calls together.

    Raises:
        CourseError: The parentheses were forgotten.
    """
    if bare is not None:
        raise CourseError("@check needs its parentheses: @check(points=..., criterion=...)")
    return pytest.mark.grader_check(Declaration(points, criterion, needs, hint, hidden, timeout_s))


@dataclass
class Award:
    """Gives a part of a check's points, which stay if the check fails later.

    A check that passes has all its points, whatever was awarded.
    """

    given: list[tuple[Decimal, str]] = field(default_factory=list)

    def __call__(self, points: object, reason: str) -> None:
        """Awards points.

        Args:
            reason: What they are for, in the student's words.

        Raises:
            CourseError: Points that are negative, or have more than two decimals.
        """
        self.given.append((parse_points(points), reason))

    def points(self) -> tuple[Decimal, ...]:
        """The points that were awarded, one by one."""
        return tuple(points for points, _ in self.given)

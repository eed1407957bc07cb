"""The checks as the platforms of classes list them: few enough, each under a name of its own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.reports.audience import for_student
from grader.reports.text import clip, clip_bytes, last_lines, one_line, visible, without_commands
from grader.reports.unfinished import why_unfinished
from grader.results import CheckResult, LabResult, Outcome, Status
from grader.scoring import points_text, total

__all__ = ["Row", "explain", "rows_of", "summary"]

_OUTPUT_LINES = 30


@dataclass(frozen=True)
class Row:
    """One line of the list: a check, or the checks for which there was no room.

    Attributes:
        name: One visible line, unlike every other row's.
        message: One visible line, empty if passed.
        details: The student's own frames, what the student's code printed, and the hint.
    """

    name: str
    outcome: Outcome
    points: Decimal
    max_points: Decimal
    criterion: str = ""
    message: str = ""
    details: str = ""
    duration_s: float = 0.0
    is_hidden: bool = False


def rows_of(result: LabResult, *, most: int, name_bytes: int) -> tuple[Row, ...]:
    """At most so many rows of what a student may see; the last stands for all that found no room.

    Args:
        name_bytes: The longest that a name may be, in UTF-8.
    """
    shown = for_student(result).checks
    kept = shown if len(shown) <= most else shown[: most - 1]
    rest = shown[len(kept) :]
    titles = [check.check.title or check.check.id for check in kept]
    names = list(_distinct([*titles, f"{len(rest)} more checks"], name_bytes))
    rows = [_row(name, check) for name, check in zip(names, kept, strict=False)]
    return (*rows, _folded(names[-1], rest)) if rest else tuple(rows)


def _row(name: str, result: CheckResult) -> Row:
    return Row(
        name,
        result.outcome,
        result.points,
        result.check.points,
        result.check.criterion.value,
        one_line(result.message) or ("" if result.outcome is Outcome.PASSED else result.outcome.value),
        _details(result.traceback, result.output, result.check.hint),
        max(result.duration_s, 0),
        result.check.hidden,
    )


def _folded(name: str, results: Sequence[CheckResult]) -> Row:
    tally = total(results)
    passed = tally.counts[Outcome.PASSED]
    if tally.counts[Outcome.UNGRADED]:
        outcome = Outcome.UNGRADED
    elif passed == len(results):
        outcome = Outcome.PASSED
    else:
        outcome = Outcome.PARTIAL if tally.points else Outcome.FAILED
    return Row(
        name,
        outcome,
        tally.points,
        tally.max_points,
        message="" if outcome is Outcome.PASSED else f"{passed} of {len(results)} passed",
        duration_s=sum(max(result.duration_s, 0) for result in results),
    )


def _distinct(titles: Iterable[str], name_bytes: int) -> Iterator[str]:
    taken: set[str] = set()
    for title in titles:
        line = without_commands(one_line(title)) or "unnamed"
        name = clip_bytes(line, name_bytes)
        number = 1
        while name in taken:
            number += 1
            end = f" ({number})"
            name = clip_bytes(line, name_bytes - len(end)) + end
        taken.add(name)
        yield name


def _details(traceback: str, output: str, hint: str) -> str:
    lines, count = last_lines(output, _OUTPUT_LINES)
    if lines:
        shown = f" (the last {len(lines)} of {count} lines)" if count > len(lines) else ""
        lines.insert(0, f"Your code printed{shown}:")
    parts = (visible(traceback).strip("\n"), "\n".join(lines), hint and f"Hint: {one_line(hint)}")
    return "\n\n".join(part for part in parts if part)


def explain(row: Row, limit: int) -> str:
    """All that a row has to say, in at most `limit` characters and a remark, and no command to a runner."""
    parts = (clip(row.message, limit), clip(row.details, limit))
    return without_commands("\n\n".join(part for part in parts if part))


def summary(result: LabResult) -> str:
    """What the student reads first: how much passed, or that the result is open, which is not their fault."""
    counts = total(result.checks).counts
    passed = f"{counts[Outcome.PASSED]} of {len(result.checks)} checks passed"
    if result.status is Status.COMPLETE:
        text = f"{passed}, {points_text(result.points)} of {points_text(result.max_points)} points."
    else:
        text = (
            f"This result is not complete and there is no score yet. {why_unfinished(result)} "
            f"Submit again; if it stays so, tell your instructor. So far, {passed}."
        )
    by_hand = (
        f"{points_text(item.points)} more points are given by hand: {item.title}" for item in result.manual
    )
    notes = "\n".join(f"- {one_line(note)}" for note in (*by_hand, *result.notes))
    replay = f"Seed {result.seed}: the same data again with --seed {result.seed}."
    return "\n\n".join(part for part in (text, clip(notes, 4096), replay) if part)

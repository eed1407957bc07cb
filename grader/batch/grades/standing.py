"""What stands in a journal: of two records about the same thing, the later one."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.batch.grades.grade import Counted
from grader.batch.journal import Begun, Fault, Graded, HandedIn, ManualGrade, Override, Record, Student
from grader.errors import UsageError
from grader.results import Status

__all__ = ["Standing", "standing_of"]

T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """The records of a journal by kind, in its order; see `Book`."""

    runs: tuple[Begun, ...]
    students: tuple[Student, ...]
    hand_ins: tuple[HandedIn, ...]
    results: tuple[Counted[Graded], ...]
    faults: tuple[Fault, ...]
    manual: tuple[Counted[ManualGrade], ...]
    overrides: tuple[Counted[Override], ...]

    @property
    def current(self) -> Begun:
        """The run whose rubric counts."""
        return self.runs[-1]


def standing_of(records: Iterable[Record]) -> Standing:
    """Sorts the records by kind, and says which of them count.

    Raises:
        UsageError: No run has begun.
    """
    records = tuple(records)
    runs = _of_kind(records, Begun)
    if not runs:
        raise UsageError(
            "The journal tells of no run, so there is nothing to make grades of. Run `grader batch`."
        )
    current = runs[-1]
    students = {student.id: student for student in _of_kind(records, Student)}
    hand_ins = {hand_in.key: hand_in for hand_in in _of_kind(records, HandedIn)}
    return Standing(
        runs=runs,
        students=tuple(students.get(one, Student(one, "")) for one in sorted(set(current.students))),
        hand_ins=tuple(hand_ins[key] for key in sorted(hand_ins.keys() & set(current.hand_ins))),
        results=_counted_results(_of_kind(records, Graded), current),
        faults=_of_kind(records, Fault),
        manual=_counted(_of_kind(records, ManualGrade), lambda given: (given.student, given.title)),
        overrides=_counted(_of_kind(records, Override), lambda override: override.student),
    )


def _of_kind(records: Sequence[Record], kind: type[T]) -> tuple[T, ...]:
    return tuple(record for record in records if isinstance(record, kind))


def _counted(records: Sequence[T], key: Callable[[T], Hashable]) -> tuple[Counted[T], ...]:
    last = {key(record): number for number, record in enumerate(records)}
    return tuple(Counted(record, last[key(record)] == number) for number, record in enumerate(records))


def _counted_results(results: Sequence[Graded], current: Begun) -> tuple[Counted[Graded], ...]:
    """Of each submission counts one result under the current rubric.

    A complete one goes before any other, then one under the current run's conditions, then the last.
    """
    conditions = (current.isolation, current.grader_version)
    chosen: dict[str, tuple[bool, bool, int]] = {}
    for number, graded in enumerate(results):
        result = graded.result
        if result.rubric_hash == current.rubric_hash:
            is_complete = result.status is Status.COMPLETE
            candidate = (is_complete, (result.isolation, result.grader_version) == conditions, number)
            chosen[result.submission_hash] = max(candidate, chosen.get(result.submission_hash, candidate))
    counting = {number for *_, number in chosen.values()}
    return tuple(Counted(graded, number in counting) for number, graded in enumerate(results))

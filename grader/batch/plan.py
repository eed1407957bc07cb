"""What a batch has to do: every hand-in taken in, and what the journal knows already left out."""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from grader.batch import journal as journaled
from grader.batch.handed_in import HandIn
from grader.batch.journal import Graded, HandedIn, Journal, Key, Record
from grader.batch.roster import Matched, Student
from grader.checks.station import derive_seed
from grader.course import Lab
from grader.errors import SubmissionRejectedError
from grader.results import LabResult, Status
from grader.submission.intake import take_in
from grader.submission.workspace import make_empty

__all__ = [
    "Manner",
    "Owned",
    "Task",
    "complete_keys",
    "results_by_key",
    "students_of",
    "tasks",
    "write_hand_ins",
    "write_students",
]


@dataclass(frozen=True)
class Owned:
    """A hand-in, and the ids of the students whose it is.

    Attributes:
        candidates: The ids of students whose it may be, too.
        uncertain: Why that is not certain.
    """

    hand_in: HandIn
    students: tuple[str, ...]
    candidates: tuple[str, ...] = ()
    uncertain: str = ""


@dataclass(frozen=True)
class Manner:
    """How every submission of a batch is graded.

    Attributes:
        seed: The same for all; None for one of each submission's own.
        isolation: The sandbox level that every worker must give.
    """

    lab: Lab
    isolation: str
    seed: int | None = None

    def key(self, submission_hash: str) -> Key:
        """The key of the result that a submission will have."""
        seed = derive_seed(self.lab.id, submission_hash) if self.seed is None else self.seed
        return Key(submission_hash, self.lab.rubric_hash(), seed, self.isolation, version("dblab-grader"))


@dataclass(frozen=True)
class Task:
    """A submission to grade; the same files, handed in by several, are graded once.

    Attributes:
        names: Whose it is, to be shown.
    """

    key: Key
    path: Path
    names: tuple[str, ...]


def students_of(matched: Matched) -> Iterator[Student]:
    """Every student of the course, whether anything was handed in or not; each once."""
    students = [pair.student for pair in matched.pairs] + list(matched.without_hand_in)
    yield from {student.id: student for student in students}.values()


def write_students(matched: Matched, journal: Journal) -> None:
    """Writes down every student about whom the journal does not say the same already."""
    known = {record.id: record for record in journal.records if isinstance(record, journaled.Student)}
    for student in students_of(matched):
        record = journaled.Student(
            student.id, student.name, student.email, dict(student.ids), student.section
        )
        if known.get(record.id) != record:
            journal.append(record)


def write_hand_ins(lab: Lab, owned: Iterable[Owned], journal: Journal) -> Mapping[str, HandedIn]:
    """Takes every hand-in in, and writes down what is not in the journal yet; gives all by their keys."""
    known = {record.key: record for record in journal.records if isinstance(record, HandedIn)}
    found: dict[str, HandedIn] = {}
    with tempfile.TemporaryDirectory(prefix="grader-intake-") as folder:
        for each in owned:
            record = _taken_in(lab, each, Path(folder))
            if known.get(record.key) != record:
                journal.append(record)
            found[record.key] = record
    return found


def _taken_in(lab: Lab, owned: Owned, folder: Path) -> HandedIn:
    hand_in = owned.hand_in
    record = HandedIn(
        key=hand_in.key,
        students=owned.students,
        submission_hash=None,
        submitted_at=hand_in.submitted_at,
        is_late=hand_in.is_late,
        group=hand_in.group or "",
        origin=str(hand_in.path),
        notes=hand_in.notes,
        candidates=owned.candidates,
        uncertain=owned.uncertain,
    )
    make_empty(folder)
    try:
        intake = take_in(hand_in.path, lab.files, folder)
    except SubmissionRejectedError as error:
        return replace(record, refused=str(error))
    return replace(record, submission_hash=intake.digest)


def results_by_key(records: Iterable[Record]) -> dict[Key, LabResult]:
    """The results of a journal; of two with the same key, a complete one before the later one."""
    results: dict[Key, LabResult] = {}
    for record in records:
        if isinstance(record, Graded):
            earlier = results.get(record.key)
            if (
                earlier is None
                or earlier.status is not Status.COMPLETE
                or record.result.status is Status.COMPLETE
            ):
                results[record.key] = record.result
    return results


def complete_keys(records: Iterable[Record]) -> frozenset[Key]:
    """The keys of the complete results of a journal."""
    results = results_by_key(records)
    return frozenset(key for key, result in results.items() if result.status is Status.COMPLETE)


def tasks(
    manner: Manner, owned: Sequence[Owned], handed_in: Mapping[str, HandedIn], done: Collection[Key]
) -> list[Task]:
    """What is left to grade: each submission once, but for those whose keys are done."""
    by_key: dict[Key, Task] = {}
    for key, each in _gradable(manner, owned, handed_in):
        if key not in done:
            task = by_key.get(key, Task(key, each.hand_in.path, ()))
            by_key[key] = replace(task, names=(*task.names, each.hand_in.name or each.hand_in.key))
    return list(by_key.values())


def _gradable(
    manner: Manner, owned: Sequence[Owned], handed_in: Mapping[str, HandedIn]
) -> Iterator[tuple[Key, Owned]]:
    for each in owned:
        submission_hash = handed_in[each.hand_in.key].submission_hash
        if submission_hash is not None:
            yield manner.key(submission_hash), each

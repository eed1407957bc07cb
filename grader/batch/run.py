"""A batch: collect what was handed in, take it in, grade what is left, and write it all down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from grader.batch.grading import Grading, Runner
from grader.batch.handed_in import Collected, DownloadKind, Member, collect
from grader.batch.journal import Begun, HandedIn, Journal, ManualGrade, Override, Record, open_journal
from grader.batch.plan import (
    Manner,
    Owned,
    Task,
    complete_keys,
    students_of,
    tasks,
    write_hand_ins,
    write_students,
)
from grader.batch.roster import Ambiguous, Matched, MatchedBy, Pair, Roster, Student, match, read_roster
from grader.config import Settings
from grader.course import Lab
from grader.errors import IsolationRefusedError, UsageError
from grader.sandbox.base import Isolation
from grader.sandbox.outside.examine import examine_level

__all__ = ["Batch", "BatchOrder", "last_run", "open_batch", "settle_isolation"]


@dataclass(frozen=True)
class BatchOrder:
    """What is to be graded, and where everything about it is kept.

    Attributes:
        source: A folder or an archive of submissions.
        out: The batch's folder; the next run with the same folder goes on where this one stopped.
        kind: What the source is; None to find out.
        roster: The list of students; None to take whoever handed in.
        seed: The same for all; None for one of each submission's own.
        is_fresh: Grades everything again; what persons decided still holds, and the journal so far is kept
            beside the new one.
        is_all_again: Grades everything again into the same journal, where it can be compared.
    """

    lab: Lab
    source: Path
    out: Path
    kind: DownloadKind | None = None
    roster: Path | None = None
    seed: int | None = None
    is_fresh: bool = False
    is_all_again: bool = False


@dataclass(frozen=True)
class Batch:
    """A batch whose submissions have been taken in.

    Attributes:
        matched: Whose each hand-in is, and what is not certain.
        handed_in: What was taken in or refused, by the hand-in's key.
        tasks: What is left to grade.
    """

    order: BatchOrder
    manner: Manner
    journal: Journal
    collected: Collected
    matched: Matched
    handed_in: Mapping[str, HandedIn]
    tasks: tuple[Task, ...] = field(repr=False)

    @property
    def refused(self) -> list[HandedIn]:
        """The hand-ins that intake refuses."""
        return [record for record in self.handed_in.values() if record.refused]

    @property
    def known(self) -> int:
        """How many submissions need not be graded, since the journal has their results."""
        hashes = {record.submission_hash for record in self.handed_in.values() if record.submission_hash}
        return len(hashes) - len(self.tasks)

    def grading(self, runner: Runner) -> Grading:
        """The run over what is left."""
        return Grading(self.manner, self.journal, runner)


def settle_isolation(settings: Settings) -> Settings:
    """Names the one level that every worker must give, so that none of them can give a weaker one.

    Raises:
        IsolationRefusedError: The machine has only the weakest, and nobody asked for it.
    """
    if settings.isolation != "auto":
        return settings
    level, missing = examine_level(settings.without)
    if level is Isolation.PROCESS:
        raise IsolationRefusedError(
            "A batch grades other people's code, and this machine cannot keep it apart: "
            f"{'; '.join(missing)}. `grader doctor` tells more. "
            "If you trust every one of these submissions, ask for --isolation process."
        )
    return replace(settings, isolation=level.value)


@contextmanager
def open_batch(order: BatchOrder, isolation: str) -> Iterator[Batch]:
    """Opens the batch's journal, collects and takes in what was handed in, and finds out what is left.

    Args:
        isolation: The level that submissions are graded at.

    Raises:
        UsageError: The source, the roster or the folder cannot be used.
    """
    with open_journal(order.out) as journal:
        _require_lab(journal, order)
        manner = Manner(order.lab, isolation, order.seed)
        roster = None if order.roster is None else read_roster(order.roster)
        collected = _collected(order, roster)
        matched = _matched(collected, roster)
        owned = list(_owned(collected, matched))
        if order.is_fresh:
            journal.begin_anew(keeping=(ManualGrade, Override))
        journal.append(_begun(order, manner, owned, matched))
        write_students(matched, journal)
        handed_in = write_hand_ins(order.lab, owned, journal)
        known = frozenset() if order.is_all_again else complete_keys(journal.records)
        left = tasks(manner, owned, handed_in, known)
        yield Batch(order, manner, journal, collected, matched, handed_in, tuple(left))


def last_run(records: Iterable[Record]) -> Begun:
    """The last run that a journal tells of.

    Raises:
        UsageError: It tells of none.
    """
    runs = [record for record in records if isinstance(record, Begun)]
    if not runs:
        raise UsageError("The journal tells of no run yet. Run `grader batch` first.")
    return runs[-1]


def _require_lab(journal: Journal, order: BatchOrder) -> None:
    labs = {record.lab for record in journal.records if isinstance(record, Begun)} - {order.lab.id}
    if labs:
        raise UsageError(
            f"{order.out} holds a batch of the lab {', '.join(sorted(labs))}. "
            f"Name another folder with --out for {order.lab.id}."
        )


def _single_file(lab: Lab) -> str:
    return lab.files[0] if len(lab.files) == 1 and not lab.files[0].endswith("/") else ""


def _collected(order: BatchOrder, roster: Roster | None) -> Collected:
    users = [student.ids.get("canvas_id", "") for student in (roster.students if roster else ())]
    return collect(
        order.source,
        order.out / "handed-in",
        kind=order.kind,
        single_file=_single_file(order.lab),
        canvas_users=frozenset(filter(None, users)),
    )


def _matched(collected: Collected, roster: Roster | None) -> Matched:
    """Whose each hand-in is; without a roster, each is its own student's, or its members'."""
    if roster is not None:
        return match(collected, roster)
    pairs = []
    for hand_in in collected.hand_ins:
        people = hand_in.members or (Member(hand_in.name or hand_in.key, hand_in.ids),)
        for number, member in enumerate(people, 1):
            # Who is in two groups would have two hand-ins, so that members go by the hand-in too.
            own = hand_in.key if len(people) == 1 else f"{hand_in.key}#{number}"
            student = Student(own, member.name, member.ids.get("email", ""), member.ids, hand_in.group or "")
            pairs.append(Pair(student, hand_in, MatchedBy.ID))
    return Matched(tuple(pairs), (), (), (), ())


def _owned(collected: Collected, matched: Matched) -> Iterator[Owned]:
    """Every hand-in, whoever it may belong to: what is graded now need not be graded when that is clear."""
    students: dict[str, list[str]] = {hand_in.key: [] for hand_in in collected.hand_ins}
    for pair in matched.pairs:
        students[pair.hand_in.key].append(pair.student.id)
    doubts: dict[str, list[Ambiguous]] = {hand_in.key: [] for hand_in in collected.hand_ins}
    for doubt in matched.ambiguous:
        doubts[doubt.hand_in.key].append(doubt)
    for hand_in in collected.hand_ins:
        own, doubted = tuple(students[hand_in.key]), doubts[hand_in.key]
        candidates = dict.fromkeys(student.id for doubt in doubted for student in doubt.students)
        yield Owned(
            hand_in,
            own,
            candidates=tuple(student for student in candidates if student not in own),
            uncertain=" ".join(dict.fromkeys(doubt.reason for doubt in doubted)),
        )


def _begun(order: BatchOrder, manner: Manner, owned: Sequence[Owned], matched: Matched) -> Begun:
    return Begun(
        lab=manner.lab.id,
        title=manner.lab.title,
        rubric_hash=manner.lab.rubric_hash(),
        isolation=manner.isolation,
        grader_version=version("dblab-grader"),
        source=str(order.source.absolute()),
        students=tuple(student.id for student in students_of(matched)),
        hand_ins=tuple(each.hand_in.key for each in owned),
        at=datetime.now(UTC),
        kind=order.kind or "",
        roster="" if order.roster is None else str(order.roster.absolute()),
        seed=order.seed,
    )

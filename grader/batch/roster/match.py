"""Tells whose each hand-in is; what is not certain is listed and never guessed.

First by ids, then by e-mail addresses and logins, then by groups, and then by names, each only if it leads to
one student. Nobody gets two hand-ins: where two lead to one student by things of the same strength, both are
listed, and otherwise the weaker one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.batch.handed_in.hand_in import Collected, HandIn, Member
from grader.batch.roster.lookup import Lookup, MatchedBy, Subject
from grader.batch.roster.student import Roster, Student


@dataclass(frozen=True)
class Pair:
    """A student and the hand-in that is theirs; the members of a group have the same one."""

    student: Student
    hand_in: HandIn
    by: MatchedBy


@dataclass(frozen=True)
class Ambiguous:
    """A hand-in that may be of several students, or one of several of a student.

    Attributes:
        reason: What leads to whom, in a sentence.
    """

    hand_in: HandIn
    students: tuple[Student, ...]
    reason: str


@dataclass(frozen=True)
class UnknownMember:
    """One of those who handed in together who is not in the roster."""

    hand_in: HandIn
    member: Member


@dataclass(frozen=True)
class Matched:
    """Whose each hand-in is.

    Attributes:
        pairs: In the order of the roster.
        without_student: Hand-ins that lead to nobody in the roster.
        unknown_members: Of hand-ins that others of the group have.
        without_hand_in: Students to whom nothing leads for certain; ambiguous hand-ins may be theirs.
    """

    pairs: tuple[Pair, ...]
    ambiguous: tuple[Ambiguous, ...]
    without_student: tuple[HandIn, ...]
    unknown_members: tuple[UnknownMember, ...]
    without_hand_in: tuple[Student, ...]


@dataclass(frozen=True)
class _Claim:
    """A hand-in, or one of its members, leads to students: to one for certain, or to a whole group."""

    hand_in: HandIn
    students: tuple[Student, ...]
    by: MatchedBy

    @property
    def is_certain(self) -> bool:
        return len(self.students) == 1 or self.by is MatchedBy.GROUP


def match(collected: Collected, roster: Roster) -> Matched:
    """Tells whose each hand-in that counts is."""
    lookup = Lookup(roster.students)
    claims: list[_Claim] = []
    unknown: list[UnknownMember] = []
    for hand_in in collected.hand_ins:
        for subject, member in _subjects(hand_in):
            found = lookup.find(subject)
            if found is not None:
                claims.append(_Claim(hand_in, found[1], found[0]))
            elif member is not None:
                unknown.append(UnknownMember(hand_in, member))
    claimed = {claim.hand_in.key for claim in claims}
    pairs, ambiguous = _settled(claims)
    return Matched(
        tuple(pairs[student.id] for student in roster.students if student.id in pairs),
        tuple(ambiguous),
        tuple(hand_in for hand_in in collected.hand_ins if hand_in.key not in claimed),
        tuple(lost for lost in unknown if lost.hand_in.key in claimed),
        tuple(student for student in roster.students if student.id not in pairs),
    )


def _subjects(hand_in: HandIn) -> Iterator[tuple[Subject, Member | None]]:
    """Each member; without members the hand-in itself, whose name may be that of a group."""
    for member in hand_in.members:
        yield Subject(member.name, member.ids), member
    if not hand_in.members:
        yield Subject(hand_in.name, hand_in.ids, hand_in.group or hand_in.name), None


def _settled(claims: Iterable[_Claim]) -> tuple[dict[str, Pair], list[Ambiguous]]:
    """The pairs by the student's id, the strongest first, and the claims that come to nothing."""
    ambiguous: list[Ambiguous] = []
    pairs: dict[str, Pair] = {}
    leading: dict[str, dict[str, HandIn]] = defaultdict(dict)  # to a student, by key
    rivals: dict[tuple[MatchedBy, str], list[_Claim]] = defaultdict(list)
    for claim in claims:
        if claim.is_certain:
            for student in claim.students:
                rivals[claim.by, student.id].append(claim)
        else:
            reason = f"Its {claim.by.value} leads to {len(claim.students)} students."
            ambiguous.append(Ambiguous(claim.hand_in, claim.students, reason))
    strength = list(MatchedBy)
    for (by, student_id), rivaling in sorted(rivals.items(), key=lambda item: strength.index(item[0][0])):
        student = next(student for student in rivaling[0].students if student.id == student_id)
        leading[student_id].update({claim.hand_in.key: claim.hand_in for claim in rivaling})
        if len(leading[student_id]) == 1:
            pairs.setdefault(student_id, Pair(student, rivaling[0].hand_in, by))
        else:
            ambiguous += _rivals(rivaling, student, leading[student_id])
    return pairs, ambiguous


def _rivals(claims: Iterable[_Claim], student: Student, keys: Iterable[str]) -> Iterator[Ambiguous]:
    for claim in claims:
        others = ", ".join(sorted(set(keys) - {claim.hand_in.key}))
        reason = f"Its {claim.by.value} leads to {student.id}, and so does {others}."
        yield Ambiguous(claim.hand_in, (student,), reason)

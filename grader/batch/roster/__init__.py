"""The roster: who is in the course, and whose each hand-in is."""

from grader.batch.roster.lookup import MatchedBy
from grader.batch.roster.match import Ambiguous, Matched, Pair, UnknownMember, match
from grader.batch.roster.read import read_roster
from grader.batch.roster.student import Roster, RosterKind, Student

__all__ = [
    "Ambiguous",
    "Matched",
    "MatchedBy",
    "Pair",
    "Roster",
    "RosterKind",
    "Student",
    "UnknownMember",
    "match",
    "read_roster",
]

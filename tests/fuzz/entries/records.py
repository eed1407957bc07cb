"""What the grader itself wrote, and reads again after a crash or somebody's hand in it."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.batch.journal import (
    Begun,
    Fault,
    Graded,
    HandedIn,
    ManualGrade,
    Override,
    Record,
    Student,
    read_journal,
)
from grader.batch.journal.lines import from_line, to_line
from grader.errors import UsageError
from grader.reports.record import dumps, loads
from tests.batch.sample_journal import NOW, begun, given, handed_in, overridden
from tests.fuzz.hostile import Luck, plain_value, refusing, text
from tests.fuzz.mutations import mutated
from tests.fuzz.results import lab_result, student

__all__ = ["journal", "journal_line", "record"]

_DEEP = b'{"record": ' * 20_000
"""More than any reader of JSON goes into."""
_RECORD_KEYS = (
    "schema",
    "checks",
    "points",
    "seed",
    "services",
    "manual",
    "pattern",
    "started_at",
    "duration_s",
    "outcome",
)
_LINE_KEYS = (
    "record",
    "student",
    "points",
    "at",
    "students",
    "result",
    "submitted_at",
    "ids",
    "notes",
    "title",
)


_MADE: Sequence[Callable[[Luck], Record]] = (
    lambda luck: begun([text(luck, 3)], [text(luck, 3)]),
    lambda luck: student(luck, 1),
    lambda luck: handed_in(text(luck, 3), notes=(text(luck),), group=text(luck, 2)),
    lambda luck: Graded(lab_result(luck, 2)),
    lambda luck: Fault("ab" * 32, "cd" * 32, text(luck), 2, NOW),
    lambda luck: given(text(luck, 2), text(luck, 2), "2.5"),
    lambda luck: overridden(text(luck, 2), luck.choice((None, "3"))),
)


def _any_record(luck: Luck) -> Record:
    return luck.choice(_MADE)(luck)


def journal_line(luck: Luck) -> None:
    """A line that was written reads back; a damaged one is refused, or a record that is written again."""
    written = to_line(_any_record(luck))
    assert written.count(b"\n") == 1
    assert to_line(from_line(written)) == written
    line = mutated(luck, written).replace(b"\n", b" ")
    if luck.random() < 0.2:
        line = luck.choice((json.dumps(plain_value(luck, 3, _LINE_KEYS)).encode(), _DEEP))
    with refusing(UsageError):
        found = from_line(line)
        assert isinstance(found, Begun | Student | HandedIn | Graded | Fault | ManualGrade | Override)
        assert to_line(from_line(to_line(found))) == to_line(found)


def journal(luck: Luck) -> None:
    """A whole journal whose end is torn reads up to there; one that is damaged elsewhere is refused."""
    lines = [to_line(_any_record(luck)) for _ in range(luck.randrange(1, 4))]
    content = b"".join(lines)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
        path = Path(found) / "journal.jsonl"
        cut = luck.randrange(len(content) + 1)
        path.write_bytes(content[:cut])
        assert len(read_journal(Path(found))) == content[:cut].count(b"\n")
        path.write_bytes(mutated(luck, content))
        with refusing(UsageError):
            read_journal(Path(found))


def record(luck: Luck) -> None:
    """A record of a result reads back; a damaged one is refused, or a result that is written again."""
    result = lab_result(luck, 2)
    written = dumps(loads(dumps(result)))  # surrogates that form a pair become one character
    assert dumps(loads(written)) == written
    content = mutated(luck, written.encode())
    if luck.random() < 0.3:
        values = json.loads(written)
        values[luck.choice(tuple(values))] = plain_value(luck, 3, _RECORD_KEYS)
        content = luck.choice((json.dumps(values).encode(), _DEEP))
    with refusing(UsageError):
        found = loads(content)
        assert dumps(loads(dumps(found))) == dumps(found)

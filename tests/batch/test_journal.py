"""The journal on a real disk: torn, full, locked, damaged."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.journal import (
    Begun,
    Fault,
    Graded,
    HandedIn,
    ManualGrade,
    Override,
    Record,
    Student,
    open_journal,
    read_journal,
)
from grader.batch.journal.lines import from_line, to_line
from grader.errors import GraderError, UsageError
from tests.reports.sample_results import typical

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
RECORDS: list[Record] = [
    Begun("tiny", "Tiny", "ab", "isolated", "1.0", "/handed in", ("s1",), ("7", "8"), NOW),
    Student("s1", "Ärna \u202e'Quote\"", "a@example.org", {"canvas_id": "7"}),
    HandedIn("7", ("s1", "s2"), "cd", "", NOW, is_late=True, group="G", origin="a.zip", notes=("a note",)),
    HandedIn("8", ("s3",), None, "nothing in it"),
    Graded(typical()),
    Fault("cd", "ab", "the server is away", 2, NOW),
    ManualGrade("s1", "Reasons", Decimal("2.5"), "teacher", "good", NOW),
    Override("s1", None, "teacher", "taken back", NOW),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_reads_back_as_it_was(record: Record) -> None:
    assert from_line(to_line(record)) == record


@given(text=st.text(st.characters(), max_size=50))
@settings(max_examples=200)
def test_no_text_breaks_a_line(text: str) -> None:
    result = typical()
    first = replace(result.checks[0], message=text, output=text)
    record = Graded(replace(result, checks=(first, *result.checks[1:])))
    line = to_line(record)
    assert line.count(b"\n") == 1
    assert to_line(from_line(line)) == line


def test_what_was_appended_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    for record in RECORDS:
        with open_journal(tmp_path) as journal:
            journal.append(record)
    with open_journal(tmp_path) as journal:
        assert journal.records == RECORDS
    assert read_journal(tmp_path) == RECORDS


def test_a_torn_last_line_is_cut_off_at_any_place(tmp_path: Path) -> None:
    whole = b"".join(map(to_line, RECORDS[:3]))
    last = len(to_line(RECORDS[2]))
    path = tmp_path / "journal.jsonl"
    for cut in (1, 2, last // 2, last - 1):
        path.write_bytes(whole[:-cut])
        assert read_journal(tmp_path) == RECORDS[:2]
        with open_journal(tmp_path) as journal:
            assert journal.records == RECORDS[:2]
            journal.append(RECORDS[2])
        assert path.read_bytes() == whole


def test_a_last_line_whose_blocks_are_empty_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(to_line(RECORDS[0]) + b"\0" * 100 + b"\n")
    with open_journal(tmp_path) as journal:
        assert journal.records == RECORDS[:1]
    assert path.read_bytes() == to_line(RECORDS[0])


@pytest.mark.parametrize(
    "damage",
    [
        b"{}\n",
        b'{"record": "of another version"}\n',
        b"\0\0\n",
        pytest.param(b"[" * 99_999 + b"\n", id="deep"),
    ],
)
def test_a_damaged_line_in_the_middle_is_an_error_that_changes_nothing(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(to_line(RECORDS[0]) + damage + to_line(RECORDS[1]))
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"Line 2 of .* is damaged"), open_journal(tmp_path):
        pass
    assert path.read_bytes() == before


def test_a_last_line_of_a_newer_version_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(to_line(RECORDS[0]) + b'{"record": "of another version"}\n')
    with pytest.raises(UsageError, match="Line 2"), open_journal(tmp_path):
        pass


WRONG: dict[int, dict[str, object]] = {
    0: {"students": "s1", "at": "2026-03-01T12:30:00", "lab": 5, "seed": True, "hand_ins": [7]},
    1: {"ids": {"canvas_id": 7}, "name": None},
    2: {"students": [["s1"]], "is_late": "yes", "submitted_at": 5, "submission_hash": 1, "colour": "red"},
    4: {"result": 5},
    5: {"deaths": "2", "message": []},
    6: {"points": "many", "at": None},
}


@pytest.mark.parametrize(("number", "name"), [(number, name) for number in WRONG for name in WRONG[number]])
def test_a_value_of_a_wrong_type_is_an_error_that_names_the_line(
    tmp_path: Path, number: int, name: str
) -> None:
    values = json.loads(to_line(RECORDS[number])) | {name: WRONG[number][name]}
    path = tmp_path / "journal.jsonl"
    path.write_bytes(to_line(RECORDS[0]) + json.dumps(values).encode() + b"\n")
    with pytest.raises(UsageError, match=r"Line 2 of .* is damaged"), open_journal(tmp_path):
        pass


def test_a_last_line_that_somebody_has_edited_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(to_line(RECORDS[0]) + to_line(RECORDS[7]).replace(b'"s1",', b'"s1"'))
    before = path.read_bytes()
    with pytest.raises(UsageError, match="Line 2"), open_journal(tmp_path):
        pass
    assert path.read_bytes() == before


def test_there_is_one_writer(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(RECORDS[0])
        with pytest.raises(UsageError, match="Another process writes"), open_journal(tmp_path):
            pass
        assert read_journal(tmp_path) == RECORDS[:1]


def test_a_full_disk_is_an_error_that_loses_nothing(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open_journal(tmp_path) as journal:
        journal.append(RECORDS[0])
        room = (tmp_path / "journal.jsonl").stat().st_size + 10
        try:
            # Beyond this size the kernel refuses to write as to a full disk: after some bytes.
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
            with pytest.raises(GraderError, match=os.strerror(errno.EFBIG)):
                journal.append(RECORDS[1])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, ignored)
        assert read_journal(tmp_path) == RECORDS[:1]
        journal.append(RECORDS[2])
    assert read_journal(tmp_path) == [RECORDS[0], RECORDS[2]]


WRITER = """
import sys
from pathlib import Path
from tests.batch.test_journal import RECORDS
from grader.batch.journal import open_journal
with open_journal(Path(sys.argv[1])) as journal:
    while True:
        for record in RECORDS:
            journal.append(record)
            print(len(journal.records), flush=True)
"""


def test_a_killed_writer_has_lost_nothing_that_it_said(tmp_path: Path) -> None:
    said = 0
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        ) as writer:
            assert writer.stdout is not None
            for _ in range(20):
                said = int(writer.stdout.readline())
            writer.kill()
        assert len(read_journal(tmp_path)) >= said
    assert said >= 100


def test_where_there_is_no_journal_the_error_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no journal"):
        read_journal(tmp_path)

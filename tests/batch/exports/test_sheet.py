"""A teacher's table, of which single cells change."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.exports.sheet import read_sheet
from grader.errors import UsageError

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=4))
def test_it_is_read_as_csv_is_and_nothing_else_changes(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["head", "er"], *rows])
    sheet = read_sheet(text.getvalue().encode(), "the file")
    expected = [
        row for row in csv.reader(io.StringIO(text.getvalue(), newline="")) if any(map(str.strip, row))
    ]
    assert [[cell.value for cell in row] for row in sheet.rows] == expected[1:]
    assert sheet.changed({}) == text.getvalue().encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_cell_changes_and_every_other_byte_stays(encoding: str, delimiter: str, end: str) -> None:
    text = end.join((f"Ä{delimiter}b", f'"x ""y"""{delimiter}old', f"z{delimiter} last", ""))
    sheet = read_sheet(text.encode(encoding), "the file")
    assert sheet.changed({sheet.rows[0][1]: "new"}) == text.replace("old", "new").encode(encoding)


def test_a_value_that_needs_quotes_gets_them() -> None:
    sheet = read_sheet(b"a,b\n1,\n", "the file")
    assert sheet.changed({sheet.rows[0][1]: 'a "b", c'}) == b'a,b\n1,"a ""b"", c"\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b'a,b\n"1,2\n', "never closed"),
        (b"\xff\xfea", "can be read"),
        (b"\x81\x8d", "can be read"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_sheet(content, "the file")

"""Tables as spreadsheets and platforms write them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.tables import Table, header_of, parse_table, read_table
from grader.errors import UsageError

KNOWN = {"name", "email", "studentid"}.__contains__
TEXT = 'Student ID{0}Name{0}E-mail\n1{0}"Doe{0} Jané"{0}\n\n2{0}"two\nlines"{0}x@y\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_form_of_a_table_is_read(delimiter: str, encoding: str, newline: str) -> None:
    content = TEXT.format(delimiter).replace("\n", newline).encode(encoding)
    table = parse_table(content, "t", KNOWN)
    assert table.headers == ("Student ID", "Name", "E-mail")
    assert [row.cells for row in table.rows] == [
        {"studentid": "1", "name": f"Doe{delimiter} Jané", "email": ""},
        {"studentid": "2", "name": f"two{newline}lines", "email": "x@y"},
    ]
    assert [row.line for row in table.rows] == [2, 5]


def test_headers_are_known_by_their_letters() -> None:
    assert header_of(" E-Mail_address ") == header_of("email Address") == "emailaddress"


def test_of_two_columns_with_one_header_the_first_counts() -> None:
    (row,) = parse_table(b"name,Name\na,b,c\n", "t", KNOWN).rows
    assert row.cells == {"name": "a"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", b"a\0b,c\n\0\0", b"\x81\x8d,\x9d\n"])
def test_what_is_no_table_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(UsageError, match=r"t\.csv"):
        read_table(tmp_path / "t.csv", KNOWN)


def test_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_table(tmp_path / "t.csv", KNOWN)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(st.sampled_from('name,;\t"\r\n\0 é'), max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    try:
        table = parse_table(content, "t", KNOWN)
    except UsageError:
        return
    assert isinstance(table, Table)
    assert all(set(row.cells) <= {header_of(header) for header in table.headers} for row in table.rows)

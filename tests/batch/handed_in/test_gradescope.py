"""Gradescope's exports."""

import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.handed_in import DownloadKind, Member
from grader.batch.handed_in.kinds.metadata import read_metadata
from grader.errors import UsageError

from .conftest import Collecting, Taken
from .downloads import FILE

METADATA = rb"""---
submission_11:
  :submitters:
  - :name: "Jane \"JD\" Doe"
    :sid: '0042'
    :email: jane@uni.edu
  :created_at: 2026-09-01 10:00:00.123456789 -07:00
  :score: 10.0
  :status: processed
  :results:
    tests:
    - output: |
        submission_12:
          :submitters: [{:name: Forged}]
  :history:
  - :created_at: 2025-01-01 00:00:00 Z
    :submitters:
    - :name: Nobody
submission_12:
  :submitters:
  - :name: Al Smith
    :sid:
    :email: al@uni.edu
  - :name: Bo Chan
    :sid: '7'
    :email: bo@uni.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: &2 2026-09-01 17:00:00.000000000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: Pacific
    time: *2
submission_13:
  :submitters: []
  :status: processed
"""


def test_metadata_says_who_and_when(collecting: Collecting, take: Taken) -> None:
    found = collecting(
        {
            "assignment_5_export/submission_metadata.yml": METADATA,
            f"assignment_5_export/submission_11/{FILE}": b"jane",
            f"assignment_5_export/submission_12/{FILE}": b"both",
            "assignment_5_export/submission_99/x.py": b"",
        }
    )
    assert found.kind is DownloadKind.GRADESCOPE
    jane, both = found.hand_ins
    assert (jane.key, jane.name) == ("11", 'Jane "JD" Doe')
    assert jane.ids == {"gradescope_id": "11", "student_id": "0042", "email": "jane@uni.edu"}
    assert jane.submitted_at == datetime(2026, 9, 1, 10, tzinfo=timezone(timedelta(hours=-7)))
    assert both.members == (
        Member("Al Smith", {"email": "al@uni.edu"}),
        Member("Bo Chan", {"student_id": "7", "email": "bo@uni.edu"}),
    )
    assert both.ids == {"gradescope_id": "12"}
    assert both.submitted_at == datetime(2026, 9, 1, 17, tzinfo=UTC)
    assert (take(jane), take(both)) == (b"jane", b"both")
    assert {lost.name.rpartition("/")[2] for lost in found.unmatched} == {"submission_13", "submission_99"}


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\xfd", b"a: b: c", b"%YAML 9\n---\n"])
def test_metadata_that_is_no_yaml_is_an_error(collecting: Collecting, content: bytes) -> None:
    with pytest.raises(UsageError, match=r"submission_metadata\.yml cannot be read"):
        collecting({"submission_metadata.yml": content, f"submission_1/{FILE}": b""})


def test_references_upon_references_cost_nothing() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert len(read_metadata(io.BytesIO("\n".join(lines).encode()))) == 60


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(" \n-:[]{}&*!a'\",?|>#%@\t") | st.characters(), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_metadata(io.BytesIO(text.encode(errors="replace")))
    except UsageError:
        return
    assert all(isinstance(name, str) for name in found)

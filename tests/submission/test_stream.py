"""The stream that `tarfile` reads from."""

import io

import pytest

from grader.errors import SubmissionRejectedError
from grader.submission.intake import IntakeLimits
from grader.submission.intake.sources.stream import BoundedStream

MIB = 1024 * 1024


@pytest.fixture
def stream() -> BoundedStream:
    return BoundedStream(io.BytesIO(bytes(8 * MIB)), "a", IntakeLimits(unpacked_bytes=6 * MIB))


def test_gives_bytes_and_positions(stream: BoundedStream) -> None:
    assert stream.seek(100) == 100
    assert len(stream.read(50)) == 50
    assert stream.tell() == 150


@pytest.mark.parametrize("size", [-1, 5 * MIB])
def test_refuses_reads_that_no_header_needs(stream: BoundedStream, size: int) -> None:
    with pytest.raises(ValueError, match="asks for"):
        stream.read(size)


def test_counts_what_one_header_reads_in_small_steps(stream: BoundedStream) -> None:
    stream.read(3 * MIB)
    with pytest.raises(ValueError, match="asks for"):
        stream.read(2 * MIB)
    stream.next_header()
    assert len(stream.read(2 * MIB)) == 2 * MIB


def test_refuses_to_go_too_far(stream: BoundedStream) -> None:
    with pytest.raises(SubmissionRejectedError, match="more than 6 MiB"):
        stream.seek(7 * MIB)
    stream.next_content()
    with pytest.raises(SubmissionRejectedError, match="more than 6 MiB"):
        stream.read(7 * MIB)


def test_refuses_positions_before_the_start(stream: BoundedStream) -> None:
    with pytest.raises(ValueError, match="position -1"):
        stream.seek(-1)
    with pytest.raises(ValueError, match="position"):
        stream.seek(0, 2)

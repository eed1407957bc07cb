"""What is printed is read to the end and kept up to a limit."""

import os
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.sandbox.output import OutputReader

Opened = tuple[OutputReader, int]
Opener = Callable[..., Opened]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens a reader and the writing end of its pipe."""
    with ExitStack() as stack:

        def open_reader(
            kept_bytes: int = 100, limit_bytes: int = 10_000, on_limit: Callable[[], None] = lambda: None
        ) -> Opened:
            reading, writing = os.pipe()
            reader = OutputReader(reading, kept_bytes, limit_bytes, on_limit)
            stack.callback(reader.close)
            stack.callback(lambda: os.close(writing))
            return reader, writing

        yield open_reader


def test_has_all_that_was_written_before_it_is_asked(opened: Opener) -> None:
    reader, writing = opened()
    for number in range(50):
        os.write(writing, b"%d " % number)
        assert reader.text().endswith(f"{number} ") or number > 30
    assert reader.text().startswith("0 1 2 ")


def test_keeps_the_beginning_and_counts_the_rest(opened: Opener) -> None:
    reader, writing = opened(kept_bytes=5)
    os.write(writing, b"0123456789")
    assert reader.text() == "01234\n... (5 more bytes were printed)\n"


def test_escapes_what_is_no_text(opened: Opener) -> None:
    reader, writing = opened()
    os.write(writing, b"\xff caf\xc3\xa9")
    assert reader.text() == "\\xff café"


def test_tells_once_when_the_limit_is_passed(opened: Opener) -> None:
    told: list[float] = []
    passed = threading.Event()

    def on_limit() -> None:
        told.append(time.monotonic())
        passed.set()

    reader, writing = opened(limit_bytes=1000, on_limit=on_limit)
    os.write(writing, b"x" * 1000)
    assert not passed.wait(0.1)
    assert not reader.has_exceeded
    os.write(writing, b"x" * 10)
    assert passed.wait(5)
    os.write(writing, b"x" * 10)
    time.sleep(0.05)
    assert len(told) == 1
    assert reader.has_exceeded


def test_a_flood_takes_no_memory_and_stops_no_writer(opened: Opener) -> None:
    reader, writing = opened(limit_bytes=10**12)
    chunk = b"x" * 65536
    tracemalloc.start()
    try:
        for _ in range(3000):
            os.write(writing, chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert len(reader.text()) < 200


def test_stops_though_a_survivor_holds_the_pipe_open(opened: Opener) -> None:
    reader, writing = opened()
    os.write(writing, b"last words")
    started = time.monotonic()
    reader.close()
    reader.close()
    assert time.monotonic() - started < 2
    assert reader.text() == "last words"


def test_leaves_no_descriptor_open() -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    reading, writing = os.pipe()
    reader = OutputReader(reading, 10, 10, lambda: None)
    os.close(writing)
    reader.close()
    assert len(list(Path("/dev/fd").iterdir())) == before

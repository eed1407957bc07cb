"""Frames with a deadline, from another side that may do anything."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from grader.sandbox.channel import Channel, ChannelClosedError, DeadlineError, ForgeryError
from grader.sandbox.inside.protocol import HEADER, read_frame, write_frame

LIMIT = 100_000


def soon() -> float:
    """A deadline that a test can wait for."""
    return time.monotonic() + 0.2


@pytest.fixture
def pair() -> Iterator[tuple[Channel, socket.socket]]:
    """A channel and the student's end of it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours, LIMIT), theirs


def test_a_frame_goes_both_ways(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    write_frame(theirs, b"hello")
    write_frame(theirs, b"")
    assert channel.receive(soon()) == b"hello"
    assert channel.receive(soon()) == b""
    channel.send(b"again", soon())
    assert read_frame(theirs) == b"again"


def test_a_long_frame_comes_whole(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    long = bytes(range(256)) * 100_000
    reader: list[bytes | None] = []
    thread = threading.Thread(target=lambda: reader.append(read_frame(theirs)))
    thread.start()
    channel.send(long, time.monotonic() + 10)
    thread.join()
    assert reader == [long]


def test_waits_no_longer_than_the_deadline(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    started = time.monotonic()
    with pytest.raises(DeadlineError):
        channel.receive(soon())
    theirs.sendall(HEADER.pack(10) + b"half")
    with pytest.raises(DeadlineError):
        channel.receive(soon())
    with pytest.raises(DeadlineError):
        channel.send(b"x" * 10_000_000, soon())
    with pytest.raises(DeadlineError):
        channel.receive(started)
    assert time.monotonic() - started < 2


def test_drops_of_a_frame_do_not_move_the_deadline(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    theirs.sendall(HEADER.pack(1000))
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            theirs.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    started = time.monotonic()
    with pytest.raises(DeadlineError):
        channel.receive(soon())
    stop.set()
    thread.join()
    assert time.monotonic() - started < 1


def test_an_announced_giant_is_refused_before_it_comes(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    theirs.sendall(HEADER.pack(LIMIT + 1))
    with pytest.raises(ForgeryError, match="100,001 bytes"):
        channel.receive(soon())


def test_notices_that_the_other_side_hung_up(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    assert channel.is_open()
    theirs.sendall(HEADER.pack(10) + b"half")
    theirs.close()
    with pytest.raises(ChannelClosedError):
        channel.receive(soon())
    assert not channel.is_open()
    assert not channel.has_pending()
    with pytest.raises(ChannelClosedError):
        channel.send(b"x", soon())


def test_sees_what_nobody_asked_for(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    assert not channel.has_pending()
    theirs.sendall(b"x")
    assert channel.has_pending()
    assert channel.is_open()

"""The grader's side of the warm process, when things go wrong."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import psutil
import pytest

from grader.sandbox.launch import WarmLostError, WarmProcess


@pytest.fixture
def warm(launcher: str, scratch: Path) -> Iterator[WarmProcess]:
    """A warm process of the test's own."""
    process = WarmProcess(launcher, ("redis", "no_such_service"), "test", scratch)
    yield process
    process.bury()


def start(warm: WarmProcess, token: int) -> socket.socket:
    """Starts a process, and gives the grader's end of its connection."""
    ours, theirs = socket.socketpair()
    with ExitStack() as on_failure, theirs, Path(os.devnull).open("w") as output:
        on_failure.enter_context(ours)
        warm.start(token, theirs, output.fileno())
        on_failure.pop_all()
    return ours


def test_tells_how_a_process_had_ended(warm: WarmProcess) -> None:
    with start(warm, 1) as connection, start(warm, 2):
        (first, _) = sorted(psutil.Process(warm.pid).children(), key=lambda process: process.pid)
        first.send_signal(signal.SIGTERM)
        connection.settimeout(5)
        assert connection.recv(1) == b""
        assert warm.end(1) == -signal.SIGTERM
        assert warm.end(2) is None
        assert warm.end(3) is None
    assert psutil.Process(warm.pid).children() == []


def test_a_lost_one_says_so_with_its_last_words(warm: WarmProcess) -> None:
    warm.sweep()
    psutil.Process(warm.pid).kill()
    with pytest.raises(WarmLostError, match="ended with -9"):
        warm.sweep()
    assert not warm.is_alive
    warm.bury()
    with pytest.raises(WarmLostError, match="was ended"):
        warm.end(1)


def test_a_buried_one_leaves_nothing(warm: WarmProcess) -> None:
    scratch = Path(psutil.Process(warm.pid).cwd())
    with start(warm, 1):
        processes = [psutil.Process(warm.pid), *psutil.Process(warm.pid).children()]
        warm.bury()
        warm.bury()
        assert not any(process.is_running() for process in processes)
    assert not scratch.exists()


def test_an_interrupted_wish_does_not_answer_the_next_one(warm: WarmProcess) -> None:
    warm.sweep()
    # The interrupt comes when the wish has been sent and its answer is on the way.
    with (
        patch("grader.sandbox.channel.Channel.wait", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        start(warm, 1)
    with start(warm, 2):
        # The first, whose connection was closed with the interrupt, may have ended by now.
        assert len(psutil.Process(warm.pid).children()) in {1, 2}
        warm.end(2)
        warm.sweep()
    assert psutil.Process(warm.pid).children() == []

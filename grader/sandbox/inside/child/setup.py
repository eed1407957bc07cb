"""What a student process does to itself before any code of the student's runs."""

import contextlib
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

CHANNEL = 3


@dataclass(frozen=True)
class Setup:
    """What the grader wants of a process; the first frame that it sends.

    Attributes:
        workspace: The working directory, and the last place of the module path.
        environment: Variables in addition to the clean environment.
        limits: By the resource's name, as `RLIMIT_AS`.
        reply_bytes: The largest answer, serialised.
    """

    workspace: str
    environment: Mapping[str, str]
    limits: Mapping[str, int]
    reply_bytes: int


def take_descriptors(channel: int, output: int) -> socket.socket:
    """Makes descriptors 0 to 3 of what was handed over, and closes every other."""
    # Out of the way first: either of them may stand where the other belongs.
    high_channel, high_output = os.dup(channel), os.dup(output)
    while high_channel <= CHANNEL:
        high_channel = os.dup(high_channel)
    while high_output <= CHANNEL:
        high_output = os.dup(high_output)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(high_output, 1)
    os.dup2(high_output, 2)
    os.dup2(high_channel, CHANNEL, inheritable=False)
    _close_above(CHANNEL)
    return socket.socket(fileno=CHANNEL)


def apply(setup: Setup) -> Path:
    """Applies limits, environment and module path, and gives the workspace with all links resolved."""
    workspace = Path(setup.workspace).resolve(strict=True)
    os.environ.update(setup.environment)
    tempfile.tempdir = None
    os.chdir(workspace)
    _reset_signals()
    for name, limit in setup.limits.items():
        _limit(name, limit)
    sys.argv[:] = [""]
    sys.path[:] = [entry for entry in sys.path if entry] + [str(workspace)]
    _renew_streams()
    return workspace


def _renew_streams() -> None:
    # The old ones remember what kind of file their descriptors were.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open until the end
    sys.stdout = _line_buffered(1)
    sys.stderr = _line_buffered(2)


def _line_buffered(descriptor: int) -> TextIOWrapper:
    return open(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _close_above(last: int) -> None:
    # Asking which are open is quicker than closing a million numbers.
    for folder in ("/proc/self/fd", "/dev/fd"):
        if os.path.isdir(folder):  # noqa: PTH112 - a Path is slower, and this runs in every process
            descriptors = [int(name) for name in os.listdir(folder) if name.isdigit()]  # noqa: PTH208 - likewise
            break
    else:
        descriptors = list(range(resource.getrlimit(resource.RLIMIT_NOFILE)[0]))
    for descriptor in descriptors:
        if descriptor > last:
            with contextlib.suppress(OSError):  # the listing's own descriptor is closed by now
                os.close(descriptor)


def _reset_signals() -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGPIPE}:
        handler = signal.getsignal(number)
        if handler not in (signal.SIG_DFL, signal.SIG_IGN, signal.default_int_handler, None):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _limit(name: str, limit: int) -> None:
    kind = getattr(resource, name, None)
    if kind is None:
        return
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    # macOS knows some of them and refuses to set them.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (limit, limit))

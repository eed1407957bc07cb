"""How the two sides talk: frames over a socket, and the kinds of answers.

A frame is its length, four bytes, and one serialised value. Each question carries a random `id`, which its
answer repeats.
"""

import socket
import struct
from enum import IntEnum, StrEnum

HEADER = struct.Struct("!I")
CHUNK_BYTES = 1 << 20


class Kind(StrEnum):
    """What an answer is."""

    READY = "ready"
    """The process has set itself up."""
    VALUE = "value"
    """The function returned a plain value."""
    EXCEPTION = "exception"
    """The student's code raised."""
    MISSING = "missing"
    """There is no such file or function."""
    MEMORY = "memory"
    """There was not enough memory."""
    SLOW = "slow"
    """The time is nearly up, and the function is there; the answer may still come."""
    PROTOCOL = "protocol"
    """What the function returned is no plain value."""


class ExitCode(IntEnum):
    """How a process of ours ends when it cannot say it in an answer."""

    CHANNEL_LOST = 113
    """The student's code closed or broke the connection to the grader."""
    NOT_STARTED = 114
    """The process could not be set up."""


def write_frame(connection: socket.socket, data: bytes) -> None:
    """Sends one frame, however long that takes.

    Raises:
        OSError: The connection is gone.
    """
    connection.sendall(HEADER.pack(len(data)) + data)


def read_frame(connection: socket.socket) -> bytes | None:
    """Awaits one frame, however long that takes; None when the other side has hung up.

    Raises:
        OSError: The connection is gone.
    """
    header = read_exactly(connection, HEADER.size)
    return None if header is None else read_exactly(connection, HEADER.unpack(header)[0])


def read_exactly(connection: socket.socket, size: int) -> bytes | None:
    """Awaits a number of bytes; None if the other side hangs up before."""
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(min(size - len(data), CHUNK_BYTES))
        if not chunk:
            return None
        data += chunk
    return bytes(data)

"""The grader's end of the connection to a student process: frames with a deadline, trusting nothing."""

import socket
import time

from grader.sandbox.inside.protocol import CHUNK_BYTES, HEADER


class DeadlineError(Exception):
    """The time was used up before the frame had come or gone."""


class ChannelClosedError(Exception):
    """The other side has hung up."""


class ForgeryError(Exception):
    """What came is not what the protocol allows; the text says what."""


class Channel:
    """One connection to one student process.

    Deadlines are times of `time.monotonic`.
    """

    def __init__(self, connection: socket.socket, frame_bytes: int) -> None:
        self._connection = connection
        self._frame_bytes = frame_bytes

    def send(self, data: bytes, deadline: float) -> None:
        """Sends one frame.

        Raises:
            DeadlineError: The other side did not read it in time.
            ChannelClosedError: It has hung up.
        """
        rest = memoryview(HEADER.pack(len(data)) + data)
        while rest:
            self._connection.settimeout(_left(deadline))
            try:
                rest = rest[self._connection.send(rest) :]
            except TimeoutError:
                raise DeadlineError from None
            except OSError as error:
                raise ChannelClosedError from error

    def receive(self, deadline: float) -> bytes:
        """Awaits one frame.

        Raises:
            DeadlineError: It did not come whole in time.
            ChannelClosedError: The other side has hung up.
            ForgeryError: It announces more bytes than are allowed.
        """
        size: int = HEADER.unpack(self._read(HEADER.size, deadline))[0]
        if size > self._frame_bytes:
            raise ForgeryError(f"an answer of {size:,} bytes, and {self._frame_bytes:,} are allowed")
        return self._read(size, deadline)

    def wait(self, timeout_s: float) -> bool:
        """Awaits that something comes, or that the other side hangs up; whether it did."""
        self._connection.settimeout(timeout_s)
        try:
            self._connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def has_pending(self) -> bool:
        """Whether something has come that nobody asked for."""
        self._connection.setblocking(False)
        try:
            return bool(self._connection.recv(1, socket.MSG_PEEK))
        except OSError:  # nothing there, or nobody any more
            return False

    def is_open(self) -> bool:
        """Whether the other side has not hung up."""
        self._connection.setblocking(False)
        try:
            return bool(self._connection.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        """Hangs up; harmless the second time."""
        self._connection.close()

    def _read(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._connection.settimeout(_left(deadline))
            try:
                chunk = self._connection.recv(min(size - len(data), CHUNK_BYTES))
            except TimeoutError:
                raise DeadlineError from None
            except OSError as error:
                raise ChannelClosedError from error
            if not chunk:
                raise ChannelClosedError
            data += chunk
        return bytes(data)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise DeadlineError
    return left

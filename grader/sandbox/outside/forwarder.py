"""The program `forwarder CONTROL`: takes connections that come out of a sandbox to the servers.

It listens on sockets of the sandbox's network, which it is handed, so that nothing of it is inside. It
forwards bytes and reads none of them. Messages over CONTROL, each answered: `listen PORT` with a descriptor,
`aim PORT HOST PORT`, and `drain SECONDS`, answered when every connection has ended. It needs the standard
library alone.
"""

import contextlib
import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

CHUNK_BYTES = 1 << 16
CONNECTIONS = 200
CONNECT_LIMIT_S = 2.0
_MESSAGE_BYTES = 4096
# Of dead processes all is in the listeners' queues; on loopback what was sent is there as good as at once.
_QUIET_S = 0.001


@dataclass
class Stream:
    """One direction of a connection."""

    source: socket.socket
    sink: socket.socket
    pending: bytes = b""
    has_ended: bool = False

    @property
    def is_done(self) -> bool:
        """Whether all that came has gone."""
        return self.has_ended and not self.pending

    def pump(self) -> None:
        """Moves what can be moved without waiting.

        Raises:
            OSError: One of the two has broken off.
        """
        with contextlib.suppress(BlockingIOError):
            if not self.pending and not self.has_ended:
                self.pending = self.source.recv(CHUNK_BYTES)
                self.has_ended = not self.pending
            while self.pending:
                self.pending = self.pending[self.sink.send(self.pending) :]
        if self.is_done:
            with contextlib.suppress(OSError):
                self.sink.shutdown(socket.SHUT_WR)


@dataclass
class Pair:
    """A connection out of the sandbox, and the one to the server that belongs to it."""

    inner: socket.socket
    outer: socket.socket
    streams: tuple[Stream, Stream] = field(init=False)

    def __post_init__(self) -> None:
        self.streams = (Stream(self.inner, self.outer), Stream(self.outer, self.inner))

    def events(self, end: socket.socket) -> int:
        """What is to be awaited of one of the two ends."""
        to, back = self.streams if end is self.inner else self.streams[::-1]
        reading = selectors.EVENT_READ if not to.has_ended and not to.pending else 0
        return reading | (selectors.EVENT_WRITE if back.pending else 0)


class Forwarder:
    """All listeners and connections of one sandbox."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._targets: dict[int, tuple[str, int]] = {}
        self._pairs: list[Pair] = []
        self._drained_by: float | None = None
        self._selector.register(control, selectors.EVENT_READ, None)

    def run(self) -> None:
        """Forwards until the grader hangs up."""
        while True:
            ready = self._selector.select(None if self._drained_by is None else _QUIET_S)
            for key, _ in ready:
                if key.data is None:
                    if not self._obey():
                        return
                elif isinstance(key.data, int):
                    self._accept(key.fileobj, key.data)  # type: ignore[arg-type] # a socket, as registered
                elif key.data in self._pairs:
                    self._pump(key.data)
            self._finish_draining(is_idle=not ready)

    def _obey(self) -> bool:
        data, handed, _, _ = socket.recv_fds(self._control, _MESSAGE_BYTES, 1)
        if not data:
            return False
        match json.loads(data):
            case ["listen", int(port)]:
                listener = socket.socket(fileno=handed[0])
                listener.setblocking(False)
                self._selector.register(listener, selectors.EVENT_READ, port)
            case ["aim", int(port), str(host), int(target)]:
                self._targets[port] = (host, target)
            case ["drain", float(seconds)]:
                self._drained_by = time.monotonic() + seconds
                return True
        self._control.send(b"done")
        return True

    def _accept(self, listener: socket.socket, port: int) -> None:
        try:
            inner, _ = listener.accept()
        except OSError:
            return
        try:
            if len(self._pairs) >= CONNECTIONS:
                raise ConnectionRefusedError
            outer = socket.create_connection(self._targets[port], CONNECT_LIMIT_S)
        except (OSError, KeyError):
            inner.close()
            return
        pair = Pair(inner, outer)
        self._pairs.append(pair)
        for end in (inner, outer):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(end, selectors.EVENT_READ, pair)

    def _pump(self, pair: Pair) -> None:
        try:
            for stream in pair.streams:
                stream.pump()
        except OSError:
            self._close(pair)
            return
        if all(stream.is_done for stream in pair.streams):
            self._close(pair)
            return
        for end in (pair.inner, pair.outer):
            self._await(end, pair)

    def _await(self, end: socket.socket, pair: Pair) -> None:
        events = pair.events(end)
        known = self._selector.get_map().get(end)
        if known is None and events:
            self._selector.register(end, events, pair)
        elif known is not None and not events:
            self._selector.unregister(end)
        elif known is not None and known.events != events:
            self._selector.modify(end, events, pair)

    def _close(self, pair: Pair) -> None:
        self._pairs.remove(pair)
        for end in (pair.inner, pair.outer):
            with contextlib.suppress(KeyError):
                self._selector.unregister(end)
            end.close()

    def _finish_draining(self, *, is_idle: bool) -> None:
        if self._drained_by is None:
            return
        is_over = time.monotonic() > self._drained_by
        if (is_idle and not self._pairs) or is_over:
            for pair in list(self._pairs):
                self._close(pair)
            self._drained_by = None
            self._control.send(b"done")


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        Forwarder(connection).run()

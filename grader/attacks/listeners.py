"""Honeypots: listeners of every kind that nobody has a reason to talk to."""

import contextlib
import selectors
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Honeypots", "open_honeypots"]

_HEARD_BYTES = 4096
_PATIENCE_S = 0.2


@dataclass
class Honeypots:
    """Listeners, and what they have heard since they were last asked.

    Attributes:
        addresses: By its kind, where each listens, as attacks are told.
    """

    addresses: dict[str, str | int | list[str | int]] = field(default_factory=dict)
    _heard: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, kind: str, data: bytes) -> None:
        """Notes that somebody came."""
        with self._lock:
            self._heard.append(f"{kind} heard {data[:60]!r}")

    def taken(self) -> list[str]:
        """What was heard since the last time."""
        with self._lock:
            heard, self._heard = self._heard, []
        return heard


@contextmanager
def open_honeypots(folder: Path, token: str) -> Iterator[Honeypots]:
    """Listens on TCP and UDP, on loopback and on the host's address, and on Unix sockets of both kinds.

    Args:
        token: The name of the abstract socket.
    """
    pots = Honeypots()
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for kind, listener in _open_all(stack, pots, folder, token):
            selector.register(listener, selectors.EVENT_READ, kind)
        ours, theirs = (stack.enter_context(end) for end in socket.socketpair())
        selector.register(theirs, selectors.EVENT_READ, "")
        thread = threading.Thread(target=_listen, args=(selector, pots), name="honeypots")
        thread.start()
        try:
            yield pots
        finally:
            ours.send(b"end")
            thread.join()


def host_address() -> str:
    """The machine's address in its network; empty if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket sends nothing by this
            found = str(probe.getsockname()[0])
        except OSError:
            return ""
    return "" if found.startswith(("127.", "0.")) else found


def _open_all(
    stack: ExitStack, pots: Honeypots, folder: Path, token: str
) -> Iterator[tuple[str, socket.socket]]:
    host = host_address()
    for kind, address, style in (
        ("tcp", "127.0.0.1", socket.SOCK_STREAM),
        ("udp", "127.0.0.1", socket.SOCK_DGRAM),
        *((("host", host, socket.SOCK_STREAM),) if host else ()),
    ):
        listener = stack.enter_context(socket.socket(socket.AF_INET, style))
        listener.bind((address, 0))
        if style == socket.SOCK_STREAM:
            listener.listen()
        pots.addresses[kind] = list(listener.getsockname())
        yield kind, listener
    names = {"socket": str(folder / "socket")}
    if sys.platform == "linux":
        names["abstract"] = f"\0{token}"
    for kind, name in names.items():
        listener = stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(name)
        listener.listen()
        pots.addresses[kind] = name.replace("\0", "@")
        yield kind, listener
    (folder / "socket").chmod(0o777)


def _listen(selector: selectors.BaseSelector, pots: Honeypots) -> None:
    while True:
        for key, _ in selector.select():
            listener = key.fileobj
            assert isinstance(listener, socket.socket), "sockets were registered"  # noqa: S101 - for the type
            if not key.data:
                return
            pots.hear(key.data, _read(listener))


def _read(listener: socket.socket) -> bytes:
    with contextlib.suppress(OSError):
        if listener.type == socket.SOCK_DGRAM:
            return listener.recv(_HEARD_BYTES)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(_PATIENCE_S)
            return connection.recv(_HEARD_BYTES)
    return b""

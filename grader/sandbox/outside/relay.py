"""The way from a sandbox to its servers, and to nothing else."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from grader.errors import SandboxError

_PROGRAM = Path(__file__).with_name("forwarder.py")
_ANSWER_LIMIT_S = 10.0
DRAIN_S = 1.0
_ANSWER_BYTES = 16

STANDARD_PORTS: Mapping[str, int] = {"redis": 6379, "mongodb": 27017, "postgres": 5432}
"""By service, the port that every tutorial names."""


class Relay:
    """A process of the grader's that takes connections on a sandbox's loopback to servers."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Starts the process.

        Raises:
            SandboxError: The machine lets no process start.
        """
        self._aims: dict[int, tuple[str, int]] = {}
        self._listening: set[int] = set()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_ANSWER_LIMIT_S)
        # Neither the user's packages nor any settings: it needs the standard library alone.
        command = [sys.executable, "-I", "-S", "-B", str(_PROGRAM), str(theirs.fileno())]
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=dict(environment),
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
        except OSError as error:
            self._control.close()
            raise SandboxError(f"The relay between sandbox and servers cannot start: {error}.") from error

    def is_listening(self, port: int) -> bool:
        """Whether it takes connections to a port of the sandbox's."""
        return port in self._listening

    def listen(self, port: int, listener: int) -> None:
        """Takes connections from a socket of the sandbox's network, and closes its descriptor here."""
        try:
            self._tell(["listen", port], [listener])
        finally:
            os.close(listener)
        self._listening.add(port)

    def aim(self, port: int, host: str, target: int) -> None:
        """Has what comes to a port of the sandbox's go to a server."""
        if self._aims.get(port) != (host, target):
            self._tell(["aim", port, host, target])
            self._aims[port] = (host, target)

    def drain(self) -> None:
        """Lets all that dead processes had sent reach the servers, and hangs up."""
        self._tell(["drain", DRAIN_S])

    def close(self) -> None:
        """Ends the process; harmless the second time."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(DRAIN_S)
        self._process.kill()
        self._process.wait()

    def _tell(self, message: list[object], descriptors: list[int] | None = None) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors or [])
            answer = self._control.recv(_ANSWER_BYTES)
        except OSError as error:
            raise SandboxError(f"The relay between sandbox and servers does not answer: {error}.") from error
        if answer != b"done":
            raise SandboxError("The relay between sandbox and servers has ended. Start again.")


def host_and_port(url: str) -> tuple[str, int] | None:
    """Where a URL leads; None if it names no TCP port."""
    parts = urlsplit(url)
    return (parts.hostname, parts.port) if parts.hostname and parts.port else None


def moved(url: str, port: int) -> str:
    """The URL with `localhost` and another port, and the account that it had."""
    parts = urlsplit(url)
    account, separator, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{account}{separator}localhost:{port}"))

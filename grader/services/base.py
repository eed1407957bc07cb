"""What a database service is, and what a backend gives it to run on.

A service (Redis, say) knows its server's configuration, accounts and commands. A backend (Docker, local
processes, given URLs) knows how to start, stop and kill a server. Neither knows the other's part.
"""

import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from grader.sandbox.inside.codec import ServiceArgument, Value


class BackendName(StrEnum):
    """Where servers run."""

    DOCKER = "docker"
    """In containers, by testcontainers."""
    LOCAL = "local"
    """As processes of this machine."""
    EXTERNAL = "external"
    """Somewhere else, at URLs that were given."""


@dataclass(frozen=True)
class Place:
    """What a server finds where it runs, as it sees it itself.

    Attributes:
        host: The address to listen on.
        port: The TCP port to listen on.
        data_dir: Kept over restarts and crashes.
        config_dir: Holds the files of `ServerSpec.files`.
        socket: Path of a Unix socket to listen on as well, for the grader alone; empty for none.
    """

    program: str
    host: str
    port: int
    data_dir: str
    config_dir: str
    socket: str = ""


@dataclass(frozen=True)
class ServerSpec:
    """How to run one kind of server, on whichever backend.

    Attributes:
        service: The service's name, as in `lab.toml`.
        image: The image of the docker backend.
        program: The program's name, looked up on PATH by the local backend.
        port: The port that the server listens on inside a container.
        files: Configuration files by name, for a place; readable by the server only.
        command: The argument vector that runs the server in the foreground, the program first.
        data_dir: Where the image has a volume for the server's data.
        image_environment: Variables for the image's entrypoint, which the local backend leaves out.
        initialise: The argument vector that makes the data directory, once; an image does it by itself.
        leavings: What a killed server leaves in its data directory that would stop the next start.
        refuses_root: Whether the server must not run as root.
        schemes: What a URL of such a server can begin with, beside the service's name.
        stop_signal: What asks it to end, cleanly and at once; an image has its own.
    """

    service: str
    image: str
    program: str
    port: int
    files: Callable[[Place], Mapping[str, str]]
    command: Callable[[Place], Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    data_dir: str = "/data"
    image_environment: Mapping[str, str] = field(default_factory=dict)
    initialise: Callable[[Place], Sequence[str]] | None = None
    leavings: Sequence[str] = ()
    refuses_root: bool = False
    schemes: Sequence[str] = ()
    stop_signal: int = signal.SIGTERM


class Server(Protocol):
    """One server on one backend: a thing that starts and dies, and keeps its data until `remove`.

    `host` and `port` can change at every start; ask again.
    """

    @property
    def host(self) -> str:
        """Where the server is reached from here."""

    @property
    def port(self) -> int:
        """The TCP port at which it is reached from here."""

    @property
    def socket(self) -> str:
        """Path of the Unix socket on which nobody but the grader reaches it; empty if there is none."""

    def start(self) -> None:
        """Starts the server on the data that it has; returns before it is ready."""

    def is_running(self) -> bool:
        """Whether it has been started and not ended since."""

    def terminate(self) -> None:
        """Asks the server to end, awaits it, and kills it if it does not."""

    def kill(self) -> None:
        """SIGKILL, awaited. Its data stays."""

    def log_tail(self) -> str:
        """The last lines that the server wrote, for an error message."""

    def remove(self) -> None:
        """Kills the server if it runs and deletes all that is its own; harmless the second time."""


class Backend(Protocol):
    """A way of running servers."""

    @property
    def name(self) -> BackendName:
        """Which of the ways."""

    def server(self, spec: ServerSpec) -> Server:
        """Makes a server, not started.

        Raises:
            ServiceError: There is no image or program for it; says what was tried and the ways out.
        """


class Beside(Protocol):
    """Runs a small module of the grader's own where student code runs, with no more rights than that has."""

    def __call__(self, source: str, function: str, *arguments: object) -> Value:
        """Calls a function of the module, in a process of its own.

        Args:
            source: The module's text; no secret.
            arguments: Plain values; a `ServiceArgument` becomes a live client.

        Raises:
            CallError: It did not come to its end.
        """


class Service(ABC):
    """One database server, leased to one submission at a time."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def version(self) -> str:
        """The server's own version, as `8.2.3`."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the student's account reaches the server; can change at a restart."""

    @property
    @abstractmethod
    def client(self) -> Any:  # noqa: ANN401 - each service has its own driver's client
        """The grader's own client, with the grader's account; another after a restart."""

    def stand_beside(self, beside: Beside) -> None:  # noqa: B027 - most need not
        """Learns of the way to act where student code runs, if it needs one."""

    @abstractmethod
    def start(self) -> None:
        """Starts the server and awaits an authenticated round trip."""

    @abstractmethod
    def reset(self) -> None:
        """Ends every other session, empties the server, restores its settings, and proves it.

        Raises:
            ServiceError: It is not clean afterwards.
        """

    @abstractmethod
    def restart(self) -> None:
        """A clean stop, which keeps what the server keeps on a clean stop, and a start."""

    @abstractmethod
    def crash(self) -> None:
        """SIGKILL and a start on the data that had reached the disk."""

    @abstractmethod
    def identity(self) -> str:
        """The run of the server that answers now; another after every start."""

    @abstractmethod
    def is_intact(self) -> bool:
        """Whether the server that answers is the one that was started here, and answers in time."""

    def stored_bytes(self) -> int:
        """What the server keeps on its disk for the student; 0 if its own settings are limit enough.

        Can be asked in any thread, whatever the others do.

        Raises:
            ServiceError: It cannot say now.
        """
        return 0

    @abstractmethod
    def stop(self) -> None:
        """Ends the server and deletes its data; harmless the second time."""

    @abstractmethod
    def argument(self, client: str) -> ServiceArgument:
        """What crosses into the sandbox and becomes a live client of the named kind there."""


class Leased(Protocol):
    """The servers of one lab, for one submission after the other."""

    @property
    def backend(self) -> BackendName:
        """Where the servers run."""

    @property
    def services(self) -> Mapping[str, Service]:
        """The servers that the present submission has, by name, as they are now."""

    def service(self, name: str) -> Service:
        """The server of that name, as it is now.

        Raises:
            ServiceError: It did not start, and why.
        """

    def begin_submission(self) -> None:
        """Another submission has the servers from now on."""

    def renew(self) -> None:
        """Kills every server that the present submission has; those that come after are new."""

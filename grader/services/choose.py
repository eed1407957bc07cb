"""Chooses where servers run: where the settings say, or else Docker if it can, or else this machine."""

import http.client
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from grader.config import SERVERS, ServiceSettings, Settings
from grader.errors import ServiceError
from grader.services.backends.external import ExternalBackend
from grader.services.backends.local import LocalBackend, find_program
from grader.services.base import Backend
from grader.services.run import Run

PROGRAMS: Mapping[str, str] = MappingProxyType({server.name: server.program for server in SERVERS})
"""By a service's name, the program that runs it where there is no container."""

_PING_LIMIT_S = 1.0
_HTTP_OK = 200


@dataclass(frozen=True)
class Choice:
    """Where servers run.

    Attributes:
        notes: What the user should know of how it came to this.
    """

    backend: Backend
    notes: tuple[str, ...] = ()


def choose_backend(names: Sequence[str], settings: Settings, run: Run) -> Choice:
    """Chooses the backend of all servers of a lab.

    With the setting auto: Docker, if an engine answers and has or gets every image; else local processes.

    Args:
        names: The services that the lab needs.

    Raises:
        ServiceError: No backend can run them; says what was tried and the ways out.
    """
    if settings.services == "external":
        return Choice(ExternalBackend(settings.of))
    # SQLite is a service without a server.
    names = [name for name in names if name in PROGRAMS]
    local = LocalBackend(run, settings.of)
    if settings.services == "local" or not names:
        return Choice(local)
    if settings.services == "auto" and not engine_answers():
        return Choice(local)
    try:
        return Choice(_docker(names, settings, run))
    except ServiceError as error:
        if settings.services != "auto":
            raise
        for name in names:
            try:
                find_program(name, PROGRAMS[name], settings.of[name].program)
            except ServiceError as missing:
                raise ServiceError(f"{error} Without Docker it does not go either: {missing}") from error
        return Choice(local, (f"Servers run as local processes, since Docker could not run them. {error}",))


def engine_answers() -> bool:
    """Whether a Docker engine answers, found out in milliseconds and without its client library."""
    # Docker's own client reads the same variable.
    host = os.environ.get("DOCKER_HOST", "")
    if not host:
        return _pings(_over_socket("/var/run/docker.sock"))
    parts = urlsplit(host)
    if parts.scheme == "unix":
        return _pings(_over_socket(parts.path))
    if parts.scheme in {"tcp", "http"} and parts.hostname:
        return _pings(http.client.HTTPConnection(parts.hostname, parts.port or 2375, timeout=_PING_LIMIT_S))
    # Over SSH or TLS only the library can ask; whoever sets that means to use it.
    return True


def _docker(names: Sequence[str], settings: Settings, run: Run) -> Backend:
    # Costs half a second to import.
    from grader.services.backends.docker import DockerBackend  # noqa: PLC0415
    from grader.services.backends.engine import ensure_image  # noqa: PLC0415

    for name in names:
        ensure_image(name, settings.of.get(name, ServiceSettings()).image)
    return DockerBackend(run)


def _over_socket(path: str) -> http.client.HTTPConnection | None:
    if not Path(path).is_socket():
        return None
    connection = http.client.HTTPConnection("localhost", timeout=_PING_LIMIT_S)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(_PING_LIMIT_S)
    try:
        connection.sock.connect(path)
    except OSError:
        connection.close()
        return None
    return connection


def _pings(connection: http.client.HTTPConnection | None) -> bool:
    if connection is None:
        return False
    try:
        connection.request("GET", "/_ping")
        return connection.getresponse().status == _HTTP_OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

"""Starts a MongoDB server and awaits that it lets somebody in."""

import json
import re
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pymongo.errors import OperationFailure

from grader.config import ServiceSettings
from grader.errors import ServiceError
from grader.services.base import Server, ServerSpec
from grader.services.mongodb.accounts import KEY_FILE, Accounts, arguments
from grader.services.mongodb.connect import listens

# The image's entrypoint starts the server twice.
START_LIMIT_S = 60.0
PAUSES_S = (0.002, 0.05)

_STARTS = 5
_WRONG_PASSWORD = 18
_MISSING_LIBRARY = re.compile(r"error while loading shared libraries: ([^:\s]+)")
_PACKAGES: Mapping[str, str] = MappingProxyType(
    {"libcurl": "libcurl4", "libssl": "libssl3", "libcrypto": "libssl3", "liblzma": "liblzma5"}
)
"""By the beginning of a library's name, the package of Debian and Ubuntu that has it."""


def server_spec(settings: ServiceSettings, accounts: Accounts) -> ServerSpec:
    """How to run a MongoDB server."""
    return ServerSpec(
        service="mongodb",
        image=settings.image,
        program="mongod",
        port=27017,
        files=lambda _: {KEY_FILE: accounts.key} if accounts.key else {},
        command=lambda place: arguments(place, accounts),
        data_dir="/data/db",
        image_environment={
            "MONGO_INITDB_ROOT_USERNAME": accounts.grader.name,
            "MONGO_INITDB_ROOT_PASSWORD": accounts.grader.password,
        },
    )


def launch(server: Server, come_in: Callable[[], Exception | None]) -> None:
    """Starts a server, on another port where somebody has just taken its own, and awaits the first answer.

    Args:
        come_in: Tries to connect; gives what went wrong.

    Raises:
        ServiceError: It does not start.
    """
    for _ in range(_STARTS):
        server.start()
        if _await_ready(server, come_in):
            return
    raise ServiceError(
        f"mongodb: in {_STARTS} tries to start the server somebody else had taken its port each time. "
        f"Its last words: {server.log_tail()}"
    )


def await_end(server: Server) -> None:
    """Awaits the end of a server that was told to end.

    Raises:
        ServiceError: It goes on.
    """
    deadline = time.monotonic() + START_LIMIT_S
    while server.is_running():
        if time.monotonic() > deadline:
            raise ServiceError(f"mongodb: the server did not end within {START_LIMIT_S:g} s of shutdown.")
        time.sleep(PAUSES_S[0])


def _await_ready(server: Server, come_in: Callable[[], Exception | None]) -> bool:
    """Awaits the first answer; False if the port was taken."""
    deadline = time.monotonic() + START_LIMIT_S
    pause_s, longest_s = PAUSES_S
    error: Exception | None = None
    while True:
        is_in = False
        if listens(server):
            error = come_in()
            is_in = error is None
        # Another's server may listen on a port that ours could not have.
        if not server.is_running():
            return _was_port_taken(server.log_tail())
        if is_in:
            return True
        is_refused = isinstance(error, OperationFailure) and error.code == _WRONG_PASSWORD
        if is_refused or time.monotonic() > deadline:
            raise ServiceError(
                f"mongodb: the server at {server.host}:{server.port} does not answer: {error or 'silence'}. "
                f"It was given {START_LIMIT_S:g} s. Its last words: {server.log_tail() or 'none'}"
            ) from error
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, longest_s)


def _was_port_taken(words: str) -> bool:
    if "Address already in use" in words:
        return False
    library = _MISSING_LIBRARY.search(words)
    if library is not None:
        name = library[1]
        package = next((package for start, package in _PACKAGES.items() if name.startswith(start)), name)
        raise ServiceError(
            f"mongodb: mongod cannot load the library {name}, which this machine lacks. Install the package "
            f"that has it, on Debian and Ubuntu with: apt-get install {package}"
        )
    raise ServiceError(
        f"mongodb: the server ended as soon as it was started. "
        f"Its last words: {_complaints(words) or words or 'none'}"
    )


def _complaints(words: str) -> str:
    """The errors in a log, which is JSON by the line and goes on after them; empty if there is none."""
    found = []
    for line in words.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("s") in {"E", "F"}:
            found.append(f"{entry.get('msg')} {json.dumps(entry.get('attr', {}))}")
    return "; ".join(found)

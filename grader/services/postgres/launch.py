"""Starts a PostgreSQL server and awaits that it answers the grader."""

import time
from dataclasses import dataclass
from signal import SIGINT

import psycopg

from grader.config import ServiceSettings
from grader.errors import ServiceError
from grader.services.base import Place, Server, ServerSpec
from grader.services.postgres.accounts import (
    INITDB_OPTIONS,
    MAINTENANCE,
    Accounts,
    files,
    initialise_command,
    server_command,
)
from grader.services.postgres.connect import connect_superuser, is_refusal

_START_LIMIT_S = 60.0
_PAUSES_S = (0.005, 0.05)
_STARTS = 5


def server_spec(settings: ServiceSettings, accounts: Accounts) -> ServerSpec:
    """How to run the server."""
    return ServerSpec(
        service="postgres",
        image=settings.image,
        program="postgres",
        port=5432,
        files=lambda place: files(place, accounts),
        command=server_command,
        # The image knows where its data stand.
        data_dir="",
        image_environment={
            "POSTGRES_USER": accounts.grader.name,
            "POSTGRES_PASSWORD": accounts.grader.password,
            "POSTGRES_DB": "postgres",
            "POSTGRES_INITDB_ARGS": " ".join(INITDB_OPTIONS),
        },
        initialise=lambda place: _initialise(place, accounts),
        leavings=("postmaster.pid",),
        refuses_root=True,
        schemes=("postgresql",),
        # Its fast shutdown; SIGTERM would wait for every client to leave.
        stop_signal=SIGINT,
    )


def _initialise(place: Place, accounts: Accounts) -> tuple[str, ...]:
    return initialise_command(place, accounts)


@dataclass(frozen=True)
class Launcher:
    """Starts one server, as often as it takes."""

    _server: Server
    _accounts: Accounts

    def launch(self) -> None:
        """Starts the server and awaits an authenticated round trip.

        Raises:
            ServiceError: It does not start or answer; with its last words.
        """
        for _ in range(_STARTS):
            self._server.start()
            if self._is_ready():
                return
        raise ServiceError(
            f"postgres: in {_STARTS} tries to start the server somebody else had taken its port each time. "
            f"Its last words: {self._server.log_tail()}"
        )

    def _is_ready(self) -> bool:
        """Awaits the first answer; False if the port was taken."""
        deadline = time.monotonic() + _START_LIMIT_S
        pause_s, longest_s = _PAUSES_S
        while True:
            try:
                connect_superuser(self._server, self._accounts, MAINTENANCE).close()
            except psycopg.Error as error:
                problem = error
            else:
                return True
            if not self._server.is_running():
                return self._was_port_taken()
            if is_refusal(problem) or time.monotonic() > deadline:
                raise ServiceError(
                    f"postgres: the server at {self._server.host}:{self._server.port} does not answer: "
                    f"{str(problem).strip()}. It was given {_START_LIMIT_S:g} s. "
                    f"Its last words: {self._server.log_tail() or 'none'}"
                ) from problem
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, longest_s)

    def _was_port_taken(self) -> bool:
        words = self._server.log_tail()
        if "could not create any TCP/IP sockets" in words:
            return False
        raise ServiceError(
            f"postgres: the server ended as soon as it was started. Its last words: {words or 'none'}"
        )

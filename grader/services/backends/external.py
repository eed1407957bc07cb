"""The external backend: servers that somebody else runs, at URLs that the grader is given.

They are stopped and started by the commands that the settings name, and by nothing else.
"""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from grader.config import ServiceSettings
from grader.errors import RestartImpossibleError, ServiceError
from grader.services.base import BackendName, ServerSpec

_COMMAND_LIMIT_S = 60.0
_OUTPUT_BYTES = 500


@dataclass(frozen=True)
class ExternalServer:
    """A server that somebody else runs."""

    _service: str
    _settings: ServiceSettings
    host: str
    port: int
    socket: str = field(default="", init=False)

    def start(self) -> None:
        """Nothing: it runs already, and the commands for a restart start it again."""

    def is_running(self) -> bool:
        """As far as anybody can tell from here."""
        return True

    def terminate(self) -> None:
        """Restarts the server with the command of the settings.

        Raises:
            RestartImpossibleError: There is no such command.
        """
        self._run(self._settings.restart, "restart", "restarts it cleanly")

    def kill(self) -> None:
        """Kills the server and starts it again with the command of the settings.

        Raises:
            RestartImpossibleError: There is no such command.
        """
        self._run(self._settings.crash, "crash", "kills it with SIGKILL and starts it again")

    def log_tail(self) -> str:
        """Empty: its log is elsewhere."""
        return ""

    def remove(self) -> None:
        """Nothing: it is not ours."""

    def _run(self, command: str, key: str, meaning: str) -> None:
        service = self._service
        if not command:
            raise RestartImpossibleError(
                f"{service}: this check needs a {key} of the server at {self.host}:{self.port}, which the "
                f"grader does not run itself. Name a command that {meaning} "
                f"with GRADER_{service.upper()}_{key.upper()}."
            )
        # Not a pipe: a server that the command leaves behind would hold it open.
        with tempfile.TemporaryFile() as output:
            try:
                subprocess.run(  # noqa: S603 - the settings' own command
                    shlex.split(command),
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_COMMAND_LIMIT_S,
                )
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                output.seek(max(0, output.seek(0, os.SEEK_END) - _OUTPUT_BYTES))
                said = output.read().decode("utf-8", errors="replace").strip()
                raise ServiceError(
                    f"{service}: the setting {service}_{key} is a command that failed: {error}. "
                    f"It said: {said or 'nothing'}. Mend the command."
                ) from error


@dataclass(frozen=True)
class ExternalBackend:
    """Hands out servers that somebody else runs.

    Attributes:
        of: What the user says about each service, by its name.
    """

    of: Mapping[str, ServiceSettings]
    name: BackendName = field(default=BackendName.EXTERNAL, init=False)

    def server(self, spec: ServerSpec) -> ExternalServer:
        """Makes a server, which runs already.

        Raises:
            ServiceError: No URL was given for it, or one that cannot be read.
        """
        settings = self.of.get(spec.service, ServiceSettings())
        variable = f"GRADER_{spec.service.upper()}_URL"
        if not settings.url:
            raise ServiceError(
                f"{spec.service}: with the external backend a server's URL must be given, and none is. "
                f"Set {variable}, as {spec.service}://user:password@host:{spec.port}, "
                f"or choose another backend with --services."
            )
        try:
            parts = urlsplit(settings.url)
            host, port = parts.hostname, parts.port or spec.port
        except ValueError as error:
            raise ServiceError(f"{spec.service}: the URL in {variable} cannot be read: {error}.") from error
        if not host or parts.scheme not in {spec.service, *spec.schemes}:
            raise ServiceError(
                f"{spec.service}: the URL in {variable} must be {spec.service}://user:password@host:port, "
                f"and it is not."
            )
        return ExternalServer(spec.service, settings, host, port)

"""The docker backend: servers in containers, by testcontainers.

Containers carry the run's id in a label, by which a later start of the grader finds those of a killed one;
so the second container that testcontainers would start to clean up (Ryuk) is not needed.

Importing this module costs a good half second, so that others do it only where they need it.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

# docker ships no types.
from docker.errors import APIError  # type: ignore[import-untyped]
from docker.types import LogConfig  # type: ignore[import-untyped]
from testcontainers.core.config import ConnectionMode
from testcontainers.core.container import DockerContainer

from grader.errors import ServiceError
from grader.services.backends.engine import (
    CALL_LIMIT_S,
    RUN_LABEL,
    ask_engine,
    bridge_address,
    engine_client,
    ensure_image,
    remove_labelled,
)
from grader.services.base import BackendName, Place, ServerSpec
from grader.services.run import CONTAINER_PREFIX, Run

OWNER_LABEL = "dblab-grader.owner"
SERVER_LABEL = "dblab-grader.server"

_LOOPBACK = "127.0.0.1"
_CONFIG_DIR = "/etc/dblab-grader"
_PORT_LIMIT_S = 5.0
_END_LIMIT_S = 5
_LOG_TAIL_LINES = 20

# What a server that was led astray can take of the machine.
_LIMITS = {
    "mem_limit": "4g",
    "pids_limit": 128,
    "security_opt": ["no-new-privileges"],
    "log_config": LogConfig(type=LogConfig.types.JSON, config={"max-size": "10m", "max-file": "1"}),
}

T = TypeVar("T")


@dataclass
class DockerServer:
    """A server in a container, which keeps its data in the image's volume until it is removed."""

    _spec: ServerSpec
    _run: Run
    _id: str = field(default_factory=lambda: secrets.token_hex(6), init=False)
    _container: DockerContainer | None = field(default=None, init=False)
    _host: str = field(default="", init=False)
    _port: int = field(default=0, init=False)

    @property
    def host(self) -> str:
        """Where the container's port is reached from here."""
        return self._host

    @property
    def port(self) -> int:
        """Another at every start."""
        return self._port

    @property
    def socket(self) -> str:
        """None: a socket in a container cannot be reached from everywhere."""
        return ""

    def start(self) -> None:
        """Starts the server on the data that it has; returns before it is ready."""
        if self._container is None:
            self._note.touch()
            self._container = self._call(self._create)
            host = self._call(self._container.get_container_host_ip)
            self._host = _LOOPBACK if host == "localhost" else host
        else:
            self._call(self._wrapped.start)
        self._port = self._call(self._published_port)

    def is_running(self) -> bool:
        """Whether the container runs."""
        if self._container is None:
            return False
        self._call(self._wrapped.reload)
        return bool(self._wrapped.status == "running")

    def terminate(self) -> None:
        """Asks the server to end, awaits it, and kills it if it does not."""
        self._call(lambda: self._wrapped.stop(timeout=_END_LIMIT_S))

    def kill(self) -> None:
        """SIGKILL to all of the container, awaited; its data stays."""
        if self.is_running():
            self._call(self._kill)

    def log_tail(self) -> str:
        """The last lines that the server wrote."""
        if self._container is None:
            return ""
        logs: bytes = self._call(lambda: self._wrapped.logs(tail=_LOG_TAIL_LINES))
        return logs.decode("utf-8", errors="replace").strip()

    def remove(self) -> None:
        """Removes the container and its volume; harmless the second time."""
        client = self._call(engine_client)
        try:
            self._call(lambda: remove_labelled(client, f"{SERVER_LABEL}={self._id}"))
        finally:
            client.client.close()
        if self._container is not None:
            self._container.get_docker_client().client.close()
            self._container = None
        self._note.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        """Tells a later sweep of the container."""
        return self._run.folder / f"{CONTAINER_PREFIX}{self._id}"

    @property
    def _wrapped(self) -> Any:  # noqa: ANN401 - docker ships no types
        if self._container is None:
            raise ServiceError(f"{self._spec.service}: the container has not been started.")
        return self._container.get_wrapped_container()

    def _create(self) -> DockerContainer:
        place = Place(
            program=self._spec.program,
            host="0.0.0.0",  # noqa: S104 - inside the container; on the host it is loopback
            port=self._spec.port,
            data_dir=self._spec.data_dir,
            config_dir=_CONFIG_DIR,
        )
        container = DockerContainer(self._spec.image, docker_client_kw={"timeout": CALL_LIMIT_S})
        client = container.get_docker_client()
        # An earlier try whose answer never came may have made one.
        remove_labelled(client, f"{SERVER_LABEL}={self._id}")
        container.with_command(list(self._spec.command(place)))
        container.with_envs(**self._spec.environment, **self._spec.image_environment)
        self._publish(container)
        for name, text in self._spec.files(place).items():
            # The image's own user must be able to read it, and nobody else is in there.
            container.with_copy_into_container(text.encode(), f"{_CONFIG_DIR}/{name}", 0o444)
        labels = {RUN_LABEL: self._run.id, OWNER_LABEL: str(self._run.owner), SERVER_LABEL: self._id}
        return container.with_kwargs(labels=labels, **_LIMITS).start()

    def _publish(self, container: DockerContainer) -> None:
        """Publishes the server's port to as few as can be: the student's account knows no password."""
        client = container.get_docker_client()
        mode = client.get_connection_mode()
        container.with_exposed_ports(self._spec.port)
        address = None
        if mode is ConnectionMode.docker_host and client.host() == "localhost":
            address = _LOOPBACK
        elif mode is ConnectionMode.gateway_ip:
            address = bridge_address(client)
        if address is not None:
            # testcontainers types this as a number alone; docker takes an address with it.
            container.ports[str(self._spec.port)] = (address, None)  # type: ignore[assignment]

    def _published_port(self) -> int:
        """The port on the host, which appears a moment after the start; 0 if the container has ended."""
        if self._container is None:
            return 0
        deadline = time.monotonic() + _PORT_LIMIT_S
        while True:
            self._wrapped.reload()
            if self._wrapped.status != "running":
                return 0
            try:
                return self._container._get_exposed_port(self._spec.port)  # noqa: SLF001 - see below
                # `get_exposed_port` waits in whole seconds, and `_get_exposed_port` asks once.
            except ConnectionError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.01)

    def _kill(self) -> None:
        try:
            self._wrapped.kill("SIGKILL")
        except APIError as error:
            if error.status_code != HTTPStatus.CONFLICT:
                raise
        self._wrapped.wait(timeout=CALL_LIMIT_S)

    def _call(self, action: Callable[[], T]) -> T:
        return ask_engine(self._spec.service, action)


@dataclass
class DockerBackend:
    """Runs servers in containers."""

    run: Run
    name: BackendName = field(default=BackendName.DOCKER, init=False)

    def server(self, spec: ServerSpec) -> DockerServer:
        """Makes a server, not started; pulls its image where it is not here yet.

        Raises:
            ServiceError: There is no image for it; says what was tried and the ways out.
        """
        ensure_image(spec.service, spec.image)
        return DockerServer(spec, self.run)

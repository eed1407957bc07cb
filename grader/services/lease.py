"""Leases servers: a set is started once and serves one submission after the other."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import MappingProxyType

from grader.config import ServiceSettings, Settings
from grader.errors import GraderError, ServiceError
from grader.services.base import Backend, BackendName, Service
from grader.services.choose import choose_backend
from grader.services.run import Run
from grader.services.sqlite import Sqlite
from grader.services.sweep import sweep_leftovers

Make = Callable[[Backend, ServiceSettings, Sequence[str], Run], Service]


def _redis(backend: Backend, settings: ServiceSettings, commands: Sequence[str], _: Run) -> Service:
    # Each driver costs a twentieth of a second or more to import.
    from grader.services.redis import Redis  # noqa: PLC0415

    return Redis(backend, settings, commands=commands)


def _mongodb(backend: Backend, settings: ServiceSettings, *_: object) -> Service:
    from grader.services.mongodb import MongoDB  # noqa: PLC0415

    return MongoDB(backend, settings)


def _postgres(backend: Backend, settings: ServiceSettings, *_: object) -> Service:
    from grader.services.postgres import Postgres  # noqa: PLC0415

    return Postgres(backend, settings)


SERVICES: Mapping[str, Make] = MappingProxyType(
    {
        "redis": _redis,
        "mongodb": _mongodb,
        "postgres": _postgres,
        "sqlite": lambda _backend, _settings, _commands, run: Sqlite(run),
    }
)
"""By its name in `lab.toml`, how each service is made."""

_log = logging.getLogger(__name__)


class Lease:
    """Servers of one lab, from one backend.

    Attributes:
        notes: What the user should know of how the backend was chosen.
    """

    def __init__(
        self, backend: Backend, make: Mapping[str, Callable[[], Service]], notes: tuple[str, ...] = ()
    ) -> None:
        self.notes = notes
        self._backend = backend
        self._make = make
        self._services: dict[str, Service] = {}
        self._failures: dict[str, GraderError] = {}

    @property
    def backend(self) -> BackendName:
        """Where the servers run."""
        return self._backend.name

    @property
    def services(self) -> Mapping[str, Service]:
        """The servers that run, by name, as they are now: `renew` replaces them."""
        return MappingProxyType(self._services)

    def service(self, name: str) -> Service:
        """The server of that name, as it is now.

        Raises:
            ServiceError: It did not start, and why; others may have.
        """
        if name in self._failures:
            raise ServiceError(str(self._failures[name]))
        return self._services[name]

    def begin_submission(self) -> None:
        """Nothing: every server is there for each, and is emptied before each check."""

    def renew(self) -> None:
        """Kills and replaces every server; starts them the first time. A broken one never comes back.

        One that does not start is an error when somebody asks for it: not every check needs every server.

        Raises:
            ServiceError: None starts.
        """
        self.close()
        self._failures.clear()
        try:
            self._start_all()
        except BaseException:
            self.close()
            raise
        if self._failures and not self._services:
            raise next(iter(self._failures.values()))

    def close(self) -> None:
        """Ends every server and deletes its data; harmless the second time.

        What cannot be removed is left to the next sweep, with a warning in the log: no grade is lost for it.
        """
        while self._services:
            name, service = next(iter(self._services.items()))
            try:
                service.stop()
            except (GraderError, OSError) as error:
                _log.warning("%s could not be removed: %s", name, error)
            del self._services[name]

    def _start_all(self) -> None:
        """Makes and starts every server, and notes for each that does not start why."""
        # Off the main thread: an interrupt, which only the main thread gets, waits until each has started or
        # failed, and so never falls between the start of a process and the note of it.
        for name, make in self._make.items():
            try:
                self._services[name] = make()
            except GraderError as error:
                self._failures[name] = error
        with ThreadPoolExecutor(thread_name_prefix="start-server") as pool:
            starts = {name: pool.submit(service.start) for name, service in self._services.items()}
        for name, start in starts.items():
            try:
                start.result()
            except GraderError as error:
                self._failures[name] = error
                del self._services[name]


@contextmanager
def lease(
    names: Sequence[str], settings: Settings, run: Run, commands: Mapping[str, Sequence[str]]
) -> Iterator[Lease]:
    """Starts servers, and leaves nothing of them; first sweeps up what a killed grader left.

    Args:
        names: The services, as in `lab.toml`.
        commands: By the service's name, what the student's account may do beyond the ordinary.

    Raises:
        ServiceError: A server cannot be had; says what was tried and the ways out.
    """
    for name in names:
        if name not in SERVICES:
            raise ServiceError(f"There is no service {name}. Those that there are: {', '.join(SERVICES)}.")
    sweep_leftovers(settings.state_dir)
    leased = unstarted(names, settings, run, commands)
    try:
        leased.renew()
        yield leased
    finally:
        leased.close()


def unstarted(
    names: Sequence[str], settings: Settings, run: Run, commands: Mapping[str, Sequence[str]]
) -> Lease:
    """Chooses where servers run, and starts none yet; raises as `lease` does."""
    choice = choose_backend(names, settings, run)
    return Lease(choice.backend, _makers(names, choice.backend, settings, run, commands), choice.notes)


def _makers(
    names: Sequence[str],
    backend: Backend,
    settings: Settings,
    run: Run,
    commands: Mapping[str, Sequence[str]],
) -> Mapping[str, Callable[[], Service]]:
    def maker(name: str) -> Callable[[], Service]:
        return lambda: SERVICES[name](
            backend, settings.of.get(name, ServiceSettings()), commands.get(name, ()), run
        )

    return {name: maker(name) for name in names}

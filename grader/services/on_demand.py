"""Servers that start when they are first asked for: for labs in which the student chooses among databases."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from grader.config import Settings
from grader.errors import ServiceError
from grader.services.base import BackendName, Service
from grader.services.lease import Lease, unstarted
from grader.services.run import Run
from grader.services.sweep import sweep_leftovers

Prepare = Callable[[str], Lease]
"""Makes the lease of one server, which is not started yet."""

_log = logging.getLogger(__name__)


class OnDemand:
    """Leases of one server each. A submission has those that its checks have asked for, and reaches no other.

    A server that an earlier submission had waits, and is proved clean when it is asked for again.

    Args:
        prepare: Chooses the backend, too: no image is pulled for a server that nobody asks for.
        tell: Is told what the user should know of how a backend was chosen.
    """

    def __init__(self, prepare: Prepare, tell: Callable[[str], None]) -> None:
        self._prepare = prepare
        self._tell = tell
        self._started: dict[str, Lease] = {}
        self._services: dict[str, Service] = {}
        self._backend = BackendName.LOCAL

    @property
    def backend(self) -> BackendName:
        """Where the server runs that was asked for last; local as long as none was."""
        return self._backend

    @property
    def services(self) -> Mapping[str, Service]:
        """The servers that the present submission's checks have asked for, by name."""
        return MappingProxyType(self._services)

    def service(self, name: str) -> Service:
        """The server of that name, clean if the present submission did not have it before.

        Raises:
            ServiceError: It does not start, and why; asking again tries again.
        """
        if name not in self._services:
            lease = self._waiting(name) or self._start(name)
            self._services[name] = lease.service(name)
        self._backend = self._started[name].backend
        return self._services[name]

    def begin_submission(self) -> None:
        """The servers that are here wait until somebody asks for them again."""
        self._services.clear()
        self._backend = BackendName.LOCAL

    def renew(self) -> None:
        """Kills every server that the present submission has; who asks again gets a new one."""
        while self._services:
            name, _ = self._services.popitem()
            self._started.pop(name).close()

    def close(self) -> None:
        """Ends every server and deletes its data; harmless the second time."""
        self._services.clear()
        while self._started:
            name = next(iter(self._started))
            self._started[name].close()
            del self._started[name]

    def _waiting(self, name: str) -> Lease | None:
        """The server that an earlier submission had, clean; None if there is none that is as it was."""
        lease = self._started.get(name)
        if lease is None:
            return None
        try:
            service = lease.service(name)
            if service.is_intact():
                service.reset()
                return lease
        except ServiceError as error:
            _log.warning("A server that was waiting is replaced: %s", error)
        self._started.pop(name).close()
        return None

    def _start(self, name: str) -> Lease:
        lease = self._prepare(name)
        for note in lease.notes:
            self._tell(note)
        # Known before it starts, so that an interrupt leaves nothing behind.
        self._started[name] = lease
        try:
            lease.renew()
        except BaseException:
            self._started.pop(name).close()
            raise
        return lease


@contextmanager
def lease_on_demand(
    settings: Settings, run: Run, commands: Mapping[str, Sequence[str]], tell: Callable[[str], None]
) -> Iterator[OnDemand]:
    """Starts servers as they are asked for, and leaves nothing of them; raises nothing by itself.

    Args:
        commands: By the service's name, what the student's account may do beyond the ordinary.
        tell: Is told what the user should know of how backends were chosen.
    """
    sweep_leftovers(settings.state_dir)
    leased = OnDemand(lambda name: unstarted((name,), settings, run, commands), tell)
    try:
        yield leased
    finally:
        leased.close()

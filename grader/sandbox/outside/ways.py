"""Which servers student code reaches, and under which address."""

from collections.abc import Mapping

from grader.sandbox.launch import WarmProcess
from grader.sandbox.outside.relay import STANDARD_PORTS, Relay, host_and_port, moved


class Ways:
    """The ways from one sandbox to its servers."""

    def __init__(self) -> None:
        self._relay: Relay | None = None
        self._ports: tuple[int, ...] = ()
        self._moved: dict[tuple[str, int], int] = {}
        self._renamed: tuple[str, str] | None = None

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports of the servers, where student code connects to them directly."""
        return self._ports

    def inner(self, url: str) -> str:
        """The URL or path as student code knows it."""
        address = host_and_port(url)
        if address is not None and address in self._moved:
            return moved(url, self._moved[address])
        return url.replace(*self._renamed) if self._renamed else url

    def rename(self, outer: str, inner: str) -> None:
        """Takes notice that a folder has another name inside."""
        self._renamed = (f"{outer}/", f"{inner}/")

    def directly(self, servers: Mapping[str, str]) -> None:
        """Takes notice of the servers; their addresses are the same inside."""
        self._ports = tuple(address[1] for url in servers.values() if (address := host_and_port(url)))

    def prepare(self, warm: WarmProcess) -> None:
        """Starts what leads to servers out of a network of the sandbox's own, to be ready when they are.

        Raises:
            SandboxError: The machine lets no process start.
        """
        self._relay_for(warm)

    def through(self, servers: Mapping[str, str], warm: WarmProcess) -> None:
        """Leads the standard ports of the sandbox's loopback, and those of the servers, to them.

        Raises:
            SandboxError: The relay does not work.
            WarmLostError: The warm process does not.
        """
        self._moved.clear()
        for service, url in servers.items():
            address = host_and_port(url)
            if address is None or service not in STANDARD_PORTS:
                continue
            for port in dict.fromkeys((STANDARD_PORTS[service], address[1])):
                self._lead(port, address, warm)
            self._moved[address] = STANDARD_PORTS[service]

    def drain(self) -> None:
        """Lets all that dead processes had sent reach the servers, and hangs up."""
        if self._relay is not None:
            self._relay.drain()

    def close(self) -> None:
        """Ends the relay; harmless the second time."""
        if self._relay is not None:
            self._relay.close()
            self._relay = None

    def _lead(self, port: int, address: tuple[str, int], warm: WarmProcess) -> None:
        relay = self._relay_for(warm)
        relay.aim(port, *address)
        if not relay.is_listening(port):
            listener = warm.listen(port)
            # A port that is taken was taken by student code, which then talks to itself.
            if listener is not None:
                relay.listen(port, listener)

    def _relay_for(self, warm: WarmProcess) -> Relay:
        if self._relay is None:
            self._relay = Relay(warm.relay_environment)
        return self._relay

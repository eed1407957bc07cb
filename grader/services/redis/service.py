"""A Redis server that is leased to one submission at a time."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import redis
from redis.exceptions import AuthenticationError, RedisError

from grader.config import ServiceSettings
from grader.errors import GraderError, ServiceError
from grader.sandbox.inside.codec import ServiceArgument
from grader.services.base import Backend, BackendName, Place, ServerSpec, Service
from grader.services.redis.accounts import (
    CONFIG_FILE,
    Accounts,
    configuration,
    given_accounts,
    own_accounts,
    student_rules,
)
from grader.services.redis.connect import connect, question
from grader.services.redis.given import give_back, grant, take
from grader.services.redis.state import Baseline, baseline, remains, restore

_START_LIMIT_S = 30.0
_PAUSES_S = (0.002, 0.05)
_STARTS = 5
_CLIENT_LIMIT_S = 10.0
# Three round trips at most: connection, password, question.
_PROBE_LIMIT_S = 0.5


class Redis(Service):
    """A Redis server.

    Args:
        backend: Where it runs.
        settings: What the user says about Redis.
        commands: What the student's account may do beyond the ordinary, as `save`.

    Raises:
        ServiceError: The backend has no server to run.
    """

    name = "redis"

    def __init__(self, backend: Backend, settings: ServiceSettings, *, commands: Sequence[str] = ()) -> None:
        self._is_given = backend.name is BackendName.EXTERNAL
        self._accounts = given_accounts(settings.url) if self._is_given else own_accounts()
        self._rules = student_rules(commands)
        self._server = backend.server(_spec(settings, self._accounts, commands))
        self._client: redis.Redis | None = None
        self._baseline: Baseline | None = None
        self._run_id = ""
        self._version = ""
        self._may_have_dump = False

    @property
    def host(self) -> str:
        """Where the student's account reaches the server."""
        return self._server.host

    @property
    def port(self) -> int:
        """Can change at a restart."""
        return self._server.port

    @property
    def url(self) -> str:
        """Where the student's account reaches the server; can change at a restart."""
        return f"redis://{self._accounts.student.in_url()}{self.host}:{self.port}/0"

    @property
    def version(self) -> str:
        """The server's own version, as `8.2.3`; empty before the start."""
        return self._version

    @property
    def client(self) -> redis.Redis:
        """The grader's own client, which may do everything and gives bytes; another after a restart.

        Raises:
            ServiceError: The server has not been started.
        """
        if self._client is None:
            raise ServiceError("redis: the server has not been started, or has been stopped.")
        return self._client

    def start(self) -> None:
        """Starts the server and awaits an authenticated round trip.

        Raises:
            ServiceError: It does not start, or a given one may not be used.
        """
        try:
            self._launch()
            if self._is_given:
                with self._blaming_the_server("cannot be prepared"):
                    take(self.client, self._accounts.student, self._rules)
            self._settle()
        except BaseException:
            self._end_server()
            raise

    def reset(self) -> None:
        """Ends every other session, empties the server, restores its settings, and proves it.

        Raises:
            ServiceError: It is not clean afterwards.
        """
        if self._baseline is None:
            raise ServiceError("redis: the server has not been started, or has been stopped.")
        with self._blaming_the_server("cannot be emptied"):
            restore(self.client, self._baseline, may_have_dump=self._may_have_dump)
            found = remains(self.client, self._baseline)
            deadline = time.monotonic() + _PROBE_LIMIT_S
            while found and time.monotonic() < deadline:
                # A client that was told to go takes a moment.
                time.sleep(_PAUSES_S[0])
                found = remains(self.client, self._baseline)
        if found:
            raise ServiceError(
                f"redis: the server is not clean after a reset; there is left: {', '.join(found)}."
            )
        self._may_have_dump = False

    def restart(self) -> None:
        """A clean stop, which saves all data, and a start.

        Raises:
            RestartImpossibleError: The server is a given one, and no command for it is.
            ServiceError: It does not stop or start.
        """
        with self._blaming_the_server("cannot be stopped cleanly"):
            if self._is_given:
                self.client.save()
            else:
                self.client.ping()
                # Whether it saves is said here and not by its settings, under which nothing is saved.
                self.client.shutdown(save=True)
                self._await_end()
        self._server.terminate()
        self._start_again()

    def crash(self) -> None:
        """SIGKILL and a start on the data that had reached the disk.

        Raises:
            RestartImpossibleError: The server is a given one, and no command for it is.
            ServiceError: It does not start.
        """
        self._server.kill()
        self._start_again()

    def identity(self) -> str:
        """The run of the server that answers now; another after every start."""
        with self._blaming_the_server("does not answer"):
            return str(self.client.info("server")["run_id"])

    def is_intact(self) -> bool:
        """Whether the server that answers is the one that was started here, and answers in time."""
        if self._client is None:
            return False
        try:
            with self._connect(_PROBE_LIMIT_S) as probe:
                return bool(probe.info("server").get("run_id") == self._run_id)
        except (RedisError, GraderError, OSError, ValueError):
            return False

    def stop(self) -> None:
        """Ends the server and deletes its data; harmless the second time."""
        try:
            if self._is_given and self._client is not None and self._baseline is not None:
                with self._blaming_the_server("cannot be given back"):
                    give_back(self._client, self._accounts.student)
        finally:
            self._end_server()

    def argument(self, client: str) -> ServiceArgument:
        """What crosses into the sandbox and becomes a live client of the named kind there."""
        return ServiceArgument(service=self.name, url=self.url, client=client)

    def let_last_save_age(self) -> None:
        """Waits until the last save, or the start, lies in an earlier second than now.

        A student's code that awaits a change of LASTSAVE, which counts whole seconds, waits for ever if it
        saves within the second of the one before.
        """
        with self._blaming_the_server("does not answer"):
            last = int(self.client.info("persistence")["rdb_last_save_time"])
            while int(self.client.time()[0]) <= last:
                time.sleep(0.01)

    def _launch(self) -> None:
        for _ in range(_STARTS):
            self._drop_client()
            self._server.start()
            if self._await_ready():
                return
        raise ServiceError(
            f"redis: in {_STARTS} tries to start the server somebody else had taken its port each time. "
            f"Its last words: {self._server.log_tail()}"
        )

    def _await_ready(self) -> bool:
        """Awaits the first answer; False if the port was taken."""
        deadline = time.monotonic() + _START_LIMIT_S
        pause_s, longest_s = _PAUSES_S
        client = self._connect(_CLIENT_LIMIT_S)
        while True:
            error = question(client)
            if not self._server.is_running():
                client.close()
                return self._was_port_taken()
            if error is None:
                self._client = client
                return True
            if isinstance(error, AuthenticationError) or time.monotonic() > deadline:
                client.close()
                raise ServiceError(
                    f"redis: the server at {self.host}:{self.port} does not answer: {error}. "
                    f"It was given {_START_LIMIT_S:g} s. Its last words: {self._server.log_tail() or 'none'}"
                ) from error
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, longest_s)

    def _was_port_taken(self) -> bool:
        words = self._server.log_tail()
        if "Address already in use" in words:
            return False
        raise ServiceError(
            f"redis: the server ended as soon as it was started. Its last words: {words or 'none'}"
        )

    def _await_end(self) -> None:
        deadline = time.monotonic() + _START_LIMIT_S
        while self._server.is_running():
            if time.monotonic() > deadline:
                raise ServiceError(f"redis: the server did not end within {_START_LIMIT_S:g} s of SHUTDOWN.")
            time.sleep(_PAUSES_S[0])

    def _start_again(self) -> None:
        before = self._run_id
        self._may_have_dump = True
        self._launch()
        if self._is_given:
            with self._blaming_the_server("cannot be prepared"):
                grant(self.client, self._accounts.student, self._rules)
        self._settle()
        if self._run_id == before:
            raise ServiceError(
                "redis: the server was not restarted: the same one answers. "
                "Check the commands in the settings redis_restart and redis_crash."
            )

    def _settle(self) -> None:
        with self._blaming_the_server("does not answer"):
            server = self.client.info("server")
            self._run_id, self._version = str(server["run_id"]), str(server["redis_version"])
            self._baseline = baseline(self.client)

    def _connect(self, limit_s: float) -> redis.Redis:
        return connect(self._server, self._accounts.grader, limit_s)

    def _drop_client(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _end_server(self) -> None:
        self._drop_client()
        self._baseline = None
        self._server.remove()

    @contextmanager
    def _blaming_the_server(self, what: str) -> Iterator[None]:
        try:
            yield
        except RedisError as error:
            raise ServiceError(
                f"redis: the server at {self.host}:{self.port} {what}: {type(error).__name__}: {error}."
            ) from error


def _spec(settings: ServiceSettings, accounts: Accounts, commands: Sequence[str]) -> ServerSpec:
    def command(place: Place) -> Sequence[str]:
        return (place.program, f"{place.config_dir}/{CONFIG_FILE}")

    return ServerSpec(
        service="redis",
        image=settings.image,
        program="redis-server",
        port=6379,
        files=lambda place: {CONFIG_FILE: configuration(place, accounts, commands)},
        command=command,
    )

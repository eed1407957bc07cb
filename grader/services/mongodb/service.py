"""A MongoDB server that is leased to one submission at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymongo
from pymongo.database import Database
from pymongo.errors import PyMongoError

from grader.config import ServiceSettings
from grader.errors import ServiceError
from grader.sandbox.inside.codec import ServiceArgument
from grader.services.base import Backend, BackendName, Service
from grader.services.mongodb.accounts import (
    DATABASE,
    Account,
    given_accounts,
    grader_document,
    own_accounts,
    student_document,
)
from grader.services.mongodb.connect import Client, connect, own_name, question, run_of, shut_down
from grader.services.mongodb.given import give_back, take
from grader.services.mongodb.launch import PAUSES_S, await_end, launch, server_spec
from grader.services.mongodb.profile import ForgottenError, Work, read, watch
from grader.services.mongodb.state import Baseline, baseline, flush_journal, remains, restore

_CLIENT_LIMIT_S = 10.0
_PROBE_LIMIT_S = 1.5
_CLEAN_LIMIT_S = 0.5
_PARTING_LIMIT_S = 0.05


class MongoDB(Service):
    """A MongoDB server, standalone and with its journal.

    Args:
        backend: Where it runs.
        settings: What the user says about MongoDB.

    Raises:
        ServiceError: The backend has no server to run.
    """

    name = "mongodb"

    def __init__(self, backend: Backend, settings: ServiceSettings) -> None:
        self._is_given = backend.name is BackendName.EXTERNAL
        self._accounts = (
            given_accounts(settings.url)
            if self._is_given
            else own_accounts(with_key=backend.name is BackendName.LOCAL)
        )
        self._server = backend.server(server_spec(settings, self._accounts))
        self._client: Client | None = None
        self._baseline: Baseline | None = None
        self._is_admitted = not self._accounts.key
        self._journal_ms_before = 0
        self._run_id = ""
        self._version = ""

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
        """Where the student's account reaches the server and its one database; can change at a restart."""
        account = self._accounts.student.in_url()
        return f"mongodb://{account}{self.host}:{self.port}/{DATABASE}?authSource={DATABASE}"

    @property
    def version(self) -> str:
        """The server's own version, as `8.0.13`; empty before the start."""
        return self._version

    @property
    def client(self) -> Client:
        """The grader's own client, which may do everything; another after a restart.

        Raises:
            ServiceError: The server has not been started.
        """
        if self._client is None:
            raise ServiceError("mongodb: the server has not been started, or has been stopped.")
        return self._client

    @property
    def database(self) -> Database[dict[str, Any]]:
        """The student's database, seen by the grader; another object after a restart."""
        return self.client[DATABASE]

    def start(self) -> None:
        """Starts the server and awaits an authenticated round trip.

        Raises:
            ServiceError: It does not start, or a given one may not be used.
        """
        try:
            self._launch()
            with self._blaming_the_server("cannot be prepared"):
                if self._is_given:
                    self._journal_ms_before = take(self.client, self._server, self._accounts.student)
                else:
                    self.client[DATABASE].command(student_document(self._accounts.student))
            self._settle()
        except BaseException:
            self._end_server()
            raise

    def reset(self) -> None:
        """Ends every other session, empties the server, restores its parameters, and proves it.

        Raises:
            ServiceError: It is not clean afterwards.
        """
        if self._baseline is None:
            raise ServiceError("mongodb: the server has not been started, or has been stopped.")
        with self._blaming_the_server("cannot be emptied"):
            logged_out = restore(self.client, self._baseline, self._accounts.student)
            found = remains(self.client, self._baseline, logged_out)
            deadline = time.monotonic() + _CLEAN_LIMIT_S
            while found and time.monotonic() < deadline:
                # Work that was told to end takes a moment.
                time.sleep(PAUSES_S[1])
                found = remains(self.client, self._baseline, logged_out)
        if found:
            raise ServiceError(
                f"mongodb: the server is not clean after a reset; there is left: {', '.join(found)}."
            )

    def restart(self) -> None:
        """A clean stop, which keeps everything, and a start.

        Raises:
            RestartImpossibleError: The server is a given one, and no command for it is.
            ServiceError: It does not stop or start.
        """
        if not self._is_given:
            with self._blaming_the_server("cannot be stopped cleanly"):
                self.client.admin.command("ping")
                shut_down(self.client)
                await_end(self._server)
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

    def flush_journal(self) -> None:
        """Writes the journal to the disk now, as the server does every 500 ms, counted from here again.

        A write in the 500 ms after it that does not ask for the journal is lost in a crash, and not saved by
        luck: by the server's own write of the journal in between.
        """
        with self._blaming_the_server("does not answer"):
            flush_journal(self.client)

    @contextmanager
    def profile(self) -> Iterator[Work]:
        """Watches what the student's account does in its database inside the `with` block.

        Its list of collections has `system.profile` then.

        Raises:
            ForgottenError: It did more than the server can note.
        """
        with self._blaming_the_server("cannot be watched"):
            watch(self.database)
        work = Work()
        try:
            yield work
        finally:
            with self._blaming_the_server("cannot say what it did"):
                operations = read(self.database, self._accounts.student)
        if operations is None:
            raise ForgottenError(
                "The calls did more than the server can note, which is some 32 MiB of commands."
            )
        work.operations = operations

    def identity(self) -> str:
        """The run of the server that answers now; another after every start."""
        with self._blaming_the_server("does not answer"):
            return run_of(self.client)

    def is_intact(self) -> bool:
        """Whether the server that answers is the one that was started here, and answers in time."""
        if self._client is None:
            return False
        try:
            with pymongo.timeout(_PROBE_LIMIT_S):
                # It is to look into its storage, too.
                self._client[DATABASE].list_collection_names()
                return run_of(self._client) == self._run_id
        except (PyMongoError, OSError):
            return False

    def stored_bytes(self) -> int:
        """What all databases take on the server's disk, or the student's documents uncompressed.

        Raises:
            ServiceError: The server does not answer.
        """
        with self._blaming_the_server("does not answer"):
            on_disk = int(self.client.admin.command("listDatabases")["totalSize"])
            # Known at once: on the disk they are when the server next writes them there.
            return max(on_disk, int(self.client[DATABASE].command("dbStats")["dataSize"]))

    def stop(self) -> None:
        """Ends the server and deletes its data; harmless the second time."""
        try:
            if self._is_given and self._client is not None and self._baseline is not None:
                with self._blaming_the_server("cannot be given back"):
                    give_back(self._client, self._accounts.student, self._journal_ms_before)
        finally:
            self._end_server()

    def argument(self, client: str) -> ServiceArgument:
        """What crosses into the sandbox and becomes a live client of the named kind there."""
        # The run makes another client of it after a restart: an old one first fails, and then waits.
        return ServiceArgument(service=self.name, url=f"{self.url}&appName=run-{self._run_id}", client=client)

    def _launch(self) -> None:
        self._drop_client()
        launch(self._server, self._come_in)

    def _come_in(self) -> Exception | None:
        """Tries to come in with the grader's account, which is made before if there is none yet."""
        if not self._is_admitted:
            with self._connect(self._accounts.server) as server:
                error = question(server)
                if error is not None:
                    return error
                server.admin.command(grader_document(self._accounts.grader))
            self._is_admitted = True
        client = self._connect(self._accounts.grader)
        error = question(client)
        if error is None:
            self._client = client
        else:
            client.close()
        return error

    def _start_again(self) -> None:
        before = self._run_id
        self._launch()
        self._settle()
        if self._run_id == before:
            raise ServiceError(
                "mongodb: the server was not restarted: the same one answers. "
                "Check the commands in the settings mongodb_restart and mongodb_crash."
            )

    def _settle(self) -> None:
        with self._blaming_the_server("does not answer"):
            self._run_id = run_of(self.client)
            self._version = str(self.client.server_info()["version"])
            self._baseline = baseline(self.client)

    def _connect(self, account: Account) -> Client:
        return connect(self._server, account, _CLIENT_LIMIT_S, own_name())

    def _drop_client(self) -> None:
        if self._client is not None:
            # It says goodbye, and the server may be dead.
            with pymongo.timeout(_PARTING_LIMIT_S):
                self._client.close()
            self._client = None

    def _end_server(self) -> None:
        self._baseline = None
        try:
            self._drop_client()
        finally:
            self._server.remove()

    @contextmanager
    def _blaming_the_server(self, what: str) -> Iterator[None]:
        try:
            yield
        except PyMongoError as error:
            raise ServiceError(
                f"mongodb: the server at {self.host}:{self.port} {what}: {type(error).__name__}: {error}."
            ) from error

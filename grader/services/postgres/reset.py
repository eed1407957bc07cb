"""Keeps a PostgreSQL server clean: prepares it, empties it, and proves that it is empty."""

from contextlib import suppress

import psycopg

from grader.services.base import Server
from grader.services.postgres import state
from grader.services.postgres.accounts import DATABASE, Accounts
from grader.services.postgres.connect import Connection, connect_superuser
from grader.services.postgres.given import Given


class Janitor:
    """Holds the superuser's session inside the student's database.

    Attributes:
        inside: It touches no object of the student's but to drop it.
    """

    def __init__(self, server: Server, accounts: Accounts, given: Given | None) -> None:
        """Makes accounts and database on a server that has just been started.

        Args:
            given: What holds a server that somebody else runs; None for one of the grader's own.

        Raises:
            ServiceError: A given server may not be used.
            psycopg.Error: The server does not do it.
        """
        self._server = server
        self._accounts = accounts
        self._given = given
        if given is not None:
            given.take(server, accounts)
        else:
            self._prepare()
        self.inside = connect_superuser(server, accounts, DATABASE)
        try:
            state.furnish(self.inside)
            self._proof = state.take_proof(self.inside, self._own())
        except BaseException:
            self.inside.close()
            raise

    def clean(self) -> list[tuple[str, str]]:
        """Ends every session, and empties the student's database; gives what is left all the same.

        Raises:
            psycopg.Error: The server does not do it.
        """
        if self.inside.closed or self.inside.broken:
            self.reconnect()
        self.end_sessions(None)
        try:
            state.roll_back_prepared(self.inside)
            state.furnish(self.inside)
        except psycopg.Error:
            self._rebuild()
        left = self._remains()
        if left:
            state.restore_roles(self.inside, self._proof, left)
            left = self._remains()
        if left:
            self._rebuild()
            left = self._remains()
        self.inside.execute(b"SELECT pg_stat_reset()")
        return left

    def end_sessions(self, spared: Connection | None) -> None:
        """Ends every session but the grader's own, awaited.

        Args:
            spared: The reader's, if it is to stay.
        """
        state.end_sessions(self.inside, self._own(spared))

    def reconnect(self) -> None:
        """Opens the session anew, as after a restart of the server.

        Raises:
            psycopg.Error: The server does not answer.
        """
        self.close()
        if self._given is not None:
            self._given.hold(self._server, self._accounts)
        self.inside = connect_superuser(self._server, self._accounts, DATABASE)

    def close(self) -> None:
        """Closes the session; harmless the second time."""
        self.inside.close()
        if self._given is not None:
            self._given.let_go()

    def _prepare(self) -> None:
        with connect_superuser(self._server, self._accounts) as admin:
            state.make_accounts(admin, self._accounts)
            # Quicker than a new one: the empty database that every new server has.
            admin.execute(b"ALTER DATABASE postgres RENAME TO student")
            state.close_database(admin)
            admin.execute(b"REVOKE ALL ON DATABASE template1 FROM PUBLIC")

    def _rebuild(self) -> None:
        with suppress(psycopg.Error):
            self.inside.close()
        with connect_superuser(self._server, self._accounts) as admin:
            state.drop_database(admin)
            state.make_database(admin)
        self.inside = connect_superuser(self._server, self._accounts, DATABASE)
        state.furnish(self.inside)

    def _remains(self) -> list[tuple[str, str]]:
        return state.remains(self.inside, self._proof, self._own())

    def _own(self, *more: Connection | None) -> list[int]:
        mine = [one.info.backend_pid for one in (self.inside, *more) if one is not None and not one.closed]
        return mine + (self._given.pids if self._given is not None else [])

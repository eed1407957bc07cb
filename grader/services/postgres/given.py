"""Takes a PostgreSQL server that somebody else runs, and gives it back as it was.

The grader makes a database and two roles there, and marks them, so that the next grader knows what a killed
one left for its own. A server that has a database or roles of these names without the mark is refused.
"""

from psycopg import sql

from grader.errors import ServiceError
from grader.services.base import Server
from grader.services.postgres import state
from grader.services.postgres.accounts import Accounts
from grader.services.postgres.connect import Connection, connect_superuser

_HOME = "postgres"
_MARK = "dblab-grader-lease"
_LOCK = 0x64626C6162  # any number that nobody else locks
_OLDEST = 140_000

_FOREIGN = """
SELECT 'the database student' FROM pg_database
WHERE datname = 'student' AND shobj_description(oid, 'pg_database') IS DISTINCT FROM $1
UNION ALL SELECT 'the role ' || rolname FROM pg_roles
WHERE rolname IN ('student', 'reader') AND shobj_description(oid, 'pg_authid') IS DISTINCT FROM $1
"""
_MARK_ALL = """
COMMENT ON DATABASE student IS {mark};
COMMENT ON ROLE student IS {mark};
COMMENT ON ROLE reader IS {mark}
"""


class Given:
    """A server that somebody else runs, as long as it is held."""

    def __init__(self) -> None:
        self._holder: Connection | None = None

    @property
    def pids(self) -> list[int]:
        """The numbers of the sessions that hold it."""
        return [] if self._holder is None else [self._holder.info.backend_pid]

    def take(self, server: Server, accounts: Accounts) -> None:
        """Refuses a server that is in use, and makes accounts and database.

        Raises:
            ServiceError: Another grader is using it, it holds somebody's data, or the account in the URL may
                not do what is needed.
            psycopg.Error: The server does not do it.
        """
        holder = self.hold(server, accounts)
        foreign = [str(what) for (what,) in holder.execute(_FOREIGN.encode(), (_MARK,))]
        if foreign:
            raise ServiceError(
                f"postgres: there is already {' and '.join(foreign)} on this server. The grader makes and "
                f"deletes these itself. Remove them yourself, or give another server in GRADER_POSTGRES_URL."
            )
        _remove_ours(holder)
        state.make_accounts(holder, accounts)
        state.make_database(holder)
        holder.execute(sql.SQL(_MARK_ALL).format(mark=sql.Literal(_MARK)))
        holder.execute(b"REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")

    def hold(self, server: Server, accounts: Accounts) -> Connection:
        """Keeps other graders off; a restart of the server forgets it.

        Raises:
            ServiceError: Another grader is using it, or the account may not do what is needed.
        """
        holder = connect_superuser(server, accounts, _HOME)
        try:
            _require_usable(holder)
        except BaseException:
            holder.close()
            raise
        self._holder = holder
        return holder

    def give_back(self) -> None:
        """Removes the database and the roles."""
        if self._holder is not None:
            _remove_ours(self._holder)
            self._holder.execute(b"GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC")

    def let_go(self) -> None:
        """Closes the session that holds the server; harmless the second time."""
        if self._holder is not None:
            self._holder.close()
            self._holder = None


def _require_usable(holder: Connection) -> None:
    if holder.info.server_version < _OLDEST:
        raise ServiceError("postgres: the server is older than PostgreSQL 14; give a newer one.")
    if holder.info.parameter_status("is_superuser") != "on":
        raise ServiceError(
            "postgres: the account in GRADER_POSTGRES_URL is no superuser, which it must be to end the "
            "sessions of students and to empty their database. Give another account."
        )
    (is_ours,) = holder.execute(b"SELECT pg_try_advisory_lock($1)", (_LOCK,)).fetchone() or (False,)
    if not is_ours:
        raise ServiceError(
            "postgres: another grader is using this server. Wait for its end, or give each its own server."
        )


def _remove_ours(holder: Connection) -> None:
    state.drop_database(holder)
    holder.execute(b"DROP ROLE IF EXISTS student, reader")

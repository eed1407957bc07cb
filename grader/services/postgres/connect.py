"""Connects to a PostgreSQL server with an account of the grader's."""

import re
from typing import Any

import psycopg

from grader.services.base import Server
from grader.services.postgres.accounts import DATABASE, MAINTENANCE, Account, Accounts, socket_folder

Connection = psycopg.Connection[tuple[Any, ...]]

APPLICATION = "dblab-grader"

# In seconds; libpq knows no shorter limit.
_CONNECT_LIMIT_S = 2
_SUPERUSER_LIMIT_MS = 30_000
_LOCK_LIMIT_MS = 1_000

_IDENTITY = """
SELECT system_identifier, backend_start::text FROM pg_control_system(), pg_stat_activity
WHERE backend_type = 'checkpointer'
"""
# Files come and go meanwhile; those of work that is shared among processes stand in folders of their own.
_SIZE = """
WITH RECURSIVE file (path, size, isdir) AS (
    SELECT root, status.size, status.isdir
    FROM unnest(ARRAY['base/pgsql_tmp', 'pg_notify']) AS root, pg_stat_file(root, true) AS status
    UNION ALL
    SELECT path || '/' || name, status.size, status.isdir
    FROM file, pg_ls_dir(path, true, false) AS name, pg_stat_file(path || '/' || name, true) AS status
    WHERE file.isdir
)
SELECT pg_database_size($1::name) + coalesce(sum(size), 0)::bigint FROM file WHERE NOT isdir
"""


def connect(server: Server, account: Account, database: str, **options: str | int) -> Connection:
    """Opens a connection, which commits each statement by itself.

    It goes through the server's own Unix socket where there is one, which nobody else can have put there.

    Args:
        options: The server's settings for this session.

    Raises:
        psycopg.Error: The server does not answer, or refuses the account.
    """
    folder = socket_folder(server.socket, server.port)
    settings = {"lock_timeout": _LOCK_LIMIT_MS, "client_min_messages": "error", **options}
    return psycopg.connect(
        host=folder or server.host,
        port=server.port,
        user=account.name,
        password=account.password,
        dbname=database,
        connect_timeout=_CONNECT_LIMIT_S,
        application_name=APPLICATION,
        client_encoding="utf8",
        options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
        # The environment, from which libpq takes what is not said, has no say here.
        sslmode="prefer",
        gssencmode="disable",
        target_session_attrs="any",
        autocommit=True,
        prepare_threshold=None,
        cursor_factory=psycopg.RawCursor,
    )


def connect_superuser(server: Server, accounts: Accounts, database: str = MAINTENANCE) -> Connection:
    """Opens a connection of the grader's own; it finds nothing by name but the server's own catalogs."""
    return connect(
        server,
        accounts.grader,
        database,
        search_path="pg_catalog,pg_temp",
        statement_timeout=_SUPERUSER_LIMIT_MS,
    )


def connect_reader(server: Server, accounts: Accounts) -> Connection:
    """Opens a connection for looking at the student's objects."""
    return connect(server, accounts.reader, DATABASE, search_path="pg_catalog,pg_temp")


def connect_student(server: Server, accounts: Accounts, limit_ms: int) -> Connection:
    """Opens a connection as the student."""
    return connect(server, accounts.student, DATABASE, statement_timeout=limit_ms)


def is_refusal(error: psycopg.Error) -> bool:
    """Whether the server answers and does not accept the account, which waiting does not change."""
    return bool(
        re.search(r"authentication failed|no password supplied|role .* does not exist|no pg_hba", str(error))
    )


def identity_of(connection: Connection) -> str:
    """The run of the server that answers; another after every start.

    Where a session is killed, the server ends all others, and recovers without a start of its own: its
    checkpointer tells of that, too.

    Raises:
        psycopg.Error: It does not answer, or is still recovering.
    """
    row: Any = connection.execute(_IDENTITY.encode()).fetchone()
    if row is None:
        raise psycopg.OperationalError("The server is still recovering.")
    return f"{row[0]}@{row[1]}"


def size_of(connection: Connection, database: str) -> int:
    """What a database, and what sorting and NOTIFY put beside it, take on the server's disk, in bytes."""
    # Asked for its use, the server deletes the notifications that nobody awaits any more.
    connection.execute(b"SELECT pg_notification_queue_usage()")
    row: Any = connection.execute(_SIZE.encode(), [database]).fetchone()
    return int(row[0])

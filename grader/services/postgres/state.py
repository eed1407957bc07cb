"""The clean state of a PostgreSQL server: how it is made, the way back to it, and the proof.

The student's account owns one schema of one database and can own nothing elsewhere, so that dropping what it
owns is the quick way back. What stands in the catalogs afterwards is compared with what stood there at the
start; if that is not the same, the database is dropped and made anew.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psycopg import sql

from grader.services.postgres.accounts import DATABASE, Accounts
from grader.services.postgres.connect import Connection

State = frozenset[tuple[str, str]]
"""Of each kind of thing, what there is of it."""

# How long a session may take to end once it was told to.
_END_LIMIT_S = 1.0
_PAUSE_S = 0.002
# Objects of the server's own have lower numbers.
_FIRST_OBJECT = 16_384
_SESSIONS = 30

_ROLES = """
CREATE ROLE student LOGIN PASSWORD {student} CONNECTION LIMIT {sessions};
CREATE ROLE reader LOGIN BYPASSRLS PASSWORD {reader};
GRANT pg_read_all_data, pg_read_all_stats TO reader;
ALTER ROLE reader SET default_transaction_read_only = on;
ALTER ROLE reader SET search_path = pg_catalog, pg_temp;
ALTER ROLE reader SET statement_timeout = '5s';
"""

_CLOSE = """
REVOKE ALL ON DATABASE student FROM PUBLIC;
GRANT CONNECT ON DATABASE student TO reader;
"""

_FURNISH = """
DROP OWNED BY student CASCADE;
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public AUTHORIZATION student;
GRANT USAGE ON SCHEMA public TO PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE student TO student;
"""

_CATALOGS = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
    AND a.attname = 'oid'
ORDER BY c.relname
"""

_SHARED = """
SELECT 'role', concat_ws(' ', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
    rolreplication, rolbypassrls, rolconnlimit, rolpassword, rolvaliduntil) FROM pg_authid
UNION ALL SELECT 'role setting', concat_ws(' ', setrole::regrole, d.datname, setconfig)
    FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase
UNION ALL SELECT 'membership', concat_ws(' ', member::regrole, 'in', roleid::regrole, admin_option)
    FROM pg_auth_members
UNION ALL SELECT 'database', concat_ws(' ', datname, datallowconn, datistemplate, datacl) FROM pg_database
UNION ALL SELECT 'tablespace', spcname FROM pg_tablespace
UNION ALL SELECT 'replication slot', slot_name FROM pg_replication_slots
UNION ALL SELECT 'prepared transaction', gid FROM pg_prepared_xacts
UNION ALL SELECT 'session', concat_ws(' ', pid, usename, datname) FROM pg_stat_activity
    WHERE (usename IN ('student', 'reader') OR datname = 'student')
    AND backend_type = 'client backend' AND pid <> ALL ($1)
"""

_END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE (usename IN ('student', 'reader') OR datname = 'student')
    AND backend_type = 'client backend' AND pid <> ALL ($1)
"""


@dataclass(frozen=True)
class Proof:
    """The clean state, and the question that shows whether it is so again.

    Attributes:
        verifier: The student's password, as the server keeps it.
    """

    question: str
    clean: State
    verifier: str


def make_accounts(admin: Connection, accounts: Accounts) -> None:
    """Makes the roles of student and reader.

    Raises:
        psycopg.Error: The server does not do it.
    """
    _run(
        admin,
        _ROLES,
        student=sql.Literal(accounts.student.password),
        reader=sql.Literal(accounts.reader.password),
        sessions=sql.Literal(_SESSIONS),
    )


def make_database(admin: Connection) -> None:
    """Makes the student's database, without anything that this server's owner has put into new ones."""
    _run(admin, "CREATE DATABASE student TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    close_database(admin)


def close_database(admin: Connection) -> None:
    """Lets nobody into the student's database but student and reader."""
    _run(admin, _CLOSE)


def drop_database(admin: Connection) -> None:
    """Drops the student's database, whoever is in it."""
    _run(admin, "DROP DATABASE IF EXISTS student WITH (FORCE)")


def furnish(inside: Connection) -> None:
    """Drops all that the student owns in its database, and lays out an empty schema."""
    _run(inside, _FURNISH)


def take_proof(inside: Connection, own: Sequence[int]) -> Proof:
    """Takes the state of a database that has just been furnished, as the clean one."""
    names = [name for (name,) in inside.execute(_CATALOGS.encode())]
    counts = (
        f"SELECT 'object', concat_ws(' ', count(*), 'in {name}') FROM pg_catalog.{name} "  # noqa: S608 - above
        f"WHERE oid >= {_FIRST_OBJECT}" + (_NOT_TEMPORARY if name == "pg_namespace" else "")
        for name in names
    )
    question = " UNION ALL ".join([_SHARED, *counts])
    found = inside.execute(b"SELECT rolpassword FROM pg_authid WHERE rolname = 'student'").fetchone()
    return Proof(question, _ask(inside, question, own), str(found[0]) if found else "")


# Made by the server for temporary tables, and kept for the next ones.
_NOT_TEMPORARY = r" AND nspname !~ '^pg_(toast_)?temp_\d+$'"


def end_sessions(connection: Connection, own: Sequence[int]) -> None:
    """Ends every session but our own, and awaits that for a second; the proof names those that stay."""
    deadline = time.monotonic() + _END_LIMIT_S
    while True:
        found = connection.execute(_END_SESSIONS.encode(), (list(own),)).fetchone()
        if found is None or not found[0] or time.monotonic() > deadline:
            return
        # The server's own way of waiting looks ten times a second.
        time.sleep(_PAUSE_S)


def roll_back_prepared(inside: Connection) -> None:
    """Rolls back what two-phase commits have left: it holds locks, and no session."""
    found = inside.execute(b"SELECT gid FROM pg_prepared_xacts WHERE database = $1", (DATABASE,)).fetchall()
    for (gid,) in found:
        _run(inside, "ROLLBACK PREPARED {gid}", gid=sql.Literal(gid))


def restore_roles(inside: Connection, proof: Proof, remains: Iterable[tuple[str, str]]) -> None:
    """Gives the student's role back what it may change itself: settings, password, who is a member of it."""
    kinds = {kind for kind, _ in remains}
    if "role setting" in kinds:
        found = inside.execute(
            b"SELECT datname FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase "
            b"WHERE setrole = 'student'::regrole"
        ).fetchall()
        for (name,) in found:
            where = sql.SQL("IN DATABASE {}").format(sql.Identifier(name)) if name else sql.SQL("")
            _run(inside, "ALTER ROLE student {where} RESET ALL", where=where)
    if "role" in kinds:
        _run(inside, "ALTER ROLE student PASSWORD {verifier}", verifier=sql.Literal(proof.verifier))
    if "membership" in kinds:
        _run(inside, "REVOKE student FROM reader CASCADE")


def remains(connection: Connection, proof: Proof, own: Sequence[int]) -> list[tuple[str, str]]:
    """Names all that is not as it was in the clean state; empty if all is."""
    return sorted(_ask(connection, proof.question, own) ^ proof.clean)


def _ask(connection: Connection, question: str, own: Sequence[int]) -> State:
    rows = connection.execute(question.encode(), (list(own),)).fetchall()
    return frozenset((str(kind), str(what)) for kind, what in rows)


def _run(connection: Connection, text: str, **values: sql.Composable) -> None:
    """Runs statements, all or none of them if there are several."""
    connection.execute(sql.SQL(text).format(**values))


__all__ = [
    "Proof",
    "State",
    "close_database",
    "drop_database",
    "end_sessions",
    "furnish",
    "make_accounts",
    "make_database",
    "remains",
    "restore_roles",
    "roll_back_prepared",
    "take_proof",
]

"""Who may do what in a PostgreSQL server of the grader's, and the settings and files that say so."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from grader.services.base import Place

DATABASE = "student"
"""The student's database."""
MAINTENANCE = "template1"
"""Where the grader is when the student's database is made anew."""

HBA_FILE = "pg_hba.conf"
PASSWORD_FILE = "password"  # noqa: S105 - a file's name

_CONNECTIONS = 50
_SOCKET_PATH_BYTES = 103

# Whoever reaches the port is the student: code as in any tutorial knows no password, or any.
_HBA = f"""\
local all grader scram-sha-256
local {DATABASE} reader scram-sha-256
local {DATABASE} student trust
host all grader all scram-sha-256
host {DATABASE} reader all scram-sha-256
host {DATABASE} student all trust
"""


@dataclass(frozen=True)
class Account:
    """A role that can log in."""

    name: str
    password: str

    def in_url(self) -> str:
        """What stands before the host in a URL, without the `@`."""
        return f"{quote(self.name, safe='')}:{quote(self.password, safe='')}"


@dataclass(frozen=True)
class Accounts:
    """The three roles of a server.

    Attributes:
        grader: The superuser, which never touches an object of the student's.
        reader: The grader's eyes in the student's database: no superuser, since a view can be a trojan.
        student: Owns the schema `public` of its database, and nothing else.
    """

    grader: Account
    reader: Account
    student: Account


def own_accounts() -> Accounts:
    """The accounts of a server that the grader starts."""
    return _accounts(Account("grader", secrets.token_hex(32)), "student")


def given_accounts(url: str) -> Accounts:
    """The accounts of a server that somebody else runs: the one in its URL, and two new ones."""
    parts = urlsplit(url)
    grader = Account(unquote(parts.username or "postgres"), unquote(parts.password or ""))
    return _accounts(grader, secrets.token_hex(16))


def _accounts(grader: Account, student_password: str) -> Accounts:
    return Accounts(grader, Account("reader", secrets.token_hex(32)), Account("student", student_password))


def socket_folder(socket: str, port: int) -> str:
    """Where the server's Unix socket stands; empty if there is none, or if its path would be too long."""
    if not socket:
        return ""
    folder = str(PurePosixPath(socket).parent)
    return folder if len(os.fsencode(f"{folder}/.s.PGSQL.{port}")) <= _SOCKET_PATH_BYTES else ""


def files(place: Place, accounts: Accounts) -> Mapping[str, str]:
    """The server's own files, beside its data."""
    del place
    return MappingProxyType({HBA_FILE: _HBA, PASSWORD_FILE: accounts.grader.password})


def initialise_command(place: Place, accounts: Accounts) -> tuple[str, ...]:
    """Makes the data directory; without waiting for the disk, which a killed process does not need."""
    program = Path(place.program).resolve().with_name("initdb")
    return (
        str(program),
        f"--pgdata={place.data_dir}",
        f"--username={accounts.grader.name}",
        f"--pwfile={place.config_dir}/{PASSWORD_FILE}",
        "--no-sync",
        *INITDB_OPTIONS,
    )


INITDB_OPTIONS = ("--auth=scram-sha-256", "--locale=C", "--encoding=UTF8", "--wal-segsize=1")
"""How a data directory is made, wherever it is."""


def server_command(place: Place) -> tuple[str, ...]:
    """Runs the server in the foreground.

    The image decides itself where its data stand, and then `data_dir` is empty.
    """
    settings = {
        "listen_addresses": place.host,
        "port": place.port,
        "hba_file": f"{place.config_dir}/{HBA_FILE}",
        "max_connections": _CONNECTIONS,
        "superuser_reserved_connections": 5,
        "shared_buffers": "32MB",
        # In the data directory, so that nothing stays in /dev/shm when the server is killed.
        "dynamic_shared_memory_type": "mmap",
        "huge_pages": "off",
        # What a crash leaves is what was committed, and not what was lucky.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_prepared_transactions": 0,
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "min_wal_size": "8MB",
        "max_wal_size": "256MB",
        "temp_file_limit": "1GB",
        # Numbers of rows read that do not depend on the machine's load.
        "max_parallel_workers_per_gather": 0,
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "logging_collector": "off",
        "log_min_messages": "fatal",
        "log_min_error_statement": "panic",
        "update_process_title": "off",
        "track_functions": "none",
    }
    folder = socket_folder(place.socket, place.port)
    if folder or place.data_dir:
        settings |= {"unix_socket_directories": folder, "unix_socket_permissions": "0700"}
    if not place.data_dir or sys.platform == "linux":
        # One call instead of one for each of a thousand files at the start after a crash.
        settings["recovery_init_sync_method"] = "syncfs"
    data = ("-D", place.data_dir) if place.data_dir else ()
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return (place.program, *data, *options)

"""Who may do what in a MongoDB server of the grader's, and how the server is started.

Accepted by MongoDB 6.0 and everything later.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from grader.services.base import Place

DATABASE = "student"
"""The one database that the student's account may use."""

KEY_FILE = "key"
JOURNAL_MS = 500
"""How long the server may keep a default write in memory: the longest that it knows."""

# On macOS; 107 on Linux.
_SOCKET_PATH_BYTES = 103

# A connection's password costs a third of the default, and still what the server's lower limit is.
_PASSWORD_ROUNDS = 5_000
_STORAGE = (
    # Journal files of 100 MB each would be made ahead.
    "log=(prealloc=false,file_max=10MB,"
    # Else a thread writes the journal every few milliseconds, though only to the operating system: what it
    # wrote survives SIGKILL, and a write that did not await the journal would survive a crash by luck.
    "force_write_wait=60),"
    # Memory is touched for each at the start; connections are bounded, too.
    "session_max=1000"
)
_PARAMETERS: Mapping[str, str] = {
    "enableLocalhostAuthBypass": "false",
    "scramSHA256IterationCount": str(_PASSWORD_ROUNDS),
    "diagnosticDataCollectionEnabled": "false",
}


@dataclass(frozen=True)
class Account:
    """A user of the server.

    Attributes:
        home: The database that knows the user.
    """

    name: str
    password: str
    home: str

    def in_url(self) -> str:
        """What stands before the host in a URL, `@` included."""
        return f"{quote(self.name, safe='')}:{quote(self.password, safe='')}@"


@dataclass(frozen=True)
class Accounts:
    """Those who can come in.

    Attributes:
        grader: May do everything.
        student: May read and write one database.
        key: The server's own, in a file; who has it is the server itself. Empty if there is none.
    """

    grader: Account
    student: Account
    key: str = ""

    @property
    def server(self) -> Account:
        """The server itself, which makes the first accounts: nobody comes in without one even before."""
        return Account("__system", self.key, "local")


def own_accounts(*, with_key: bool) -> Accounts:
    """The accounts of a server that the grader starts.

    Args:
        with_key: Whether it starts without any account; an image makes the grader's.
    """
    return Accounts(
        Account("grader", secrets.token_hex(32), "admin"),
        Account("student", "student", DATABASE),
        secrets.token_hex(64) if with_key else "",
    )


def given_accounts(url: str) -> Accounts:
    """The accounts of a server that somebody else runs: the one in its URL, and a new one for the student."""
    parts = urlsplit(url)
    home = parse_qs(parts.query).get("authSource", [parts.path.strip("/") or "admin"])[0]
    grader = Account(unquote(parts.username or ""), unquote(parts.password or ""), home)
    return Accounts(grader, Account("student", secrets.token_hex(16), DATABASE))


def student_document(student: Account) -> dict[str, Any]:
    """The command that makes the student's account; what it returns after is on the disk."""
    return {
        "createUser": student.name,
        "pwd": student.password,
        "roles": [{"role": "readWrite", "db": DATABASE}],
        "mechanisms": ["SCRAM-SHA-256"],
        "writeConcern": {"w": 1, "j": True},
    }


def grader_document(grader: Account) -> dict[str, Any]:
    """The command that makes the grader's account."""
    return {**student_document(grader), "roles": ["root"]}


def socket_path(socket: str, port: int) -> str:
    """Where the server puts its Unix socket, which it names itself.

    Args:
        socket: What the backend would call it; empty if there is none.

    Returns:
        Empty if there is none, as where the path would be too long.
    """
    path = str(PurePath(socket).with_name(f"mongodb-{port}.sock")) if socket else ""
    return path if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES else ""


def arguments(place: Place, accounts: Accounts) -> Sequence[str]:
    """The server's command line; it holds no secret."""
    options = {
        "--dbpath": place.data_dir,
        "--bind_ip": place.host,
        "--port": str(place.port),
        "--journalCommitInterval": str(JOURNAL_MS),
        "--wiredTigerCacheSizeGB": "0.25",
        "--wiredTigerEngineConfigString": _STORAGE,
        "--maxConns": "500",
    }
    if accounts.key:
        options["--keyFile"] = f"{place.config_dir}/{KEY_FILE}"
    line = [place.program, "--quiet", "--noscripting"]
    socket = socket_path(place.socket, place.port)
    if socket:
        options |= {"--unixSocketPrefix": str(PurePath(socket).parent), "--filePermissions": "0700"}
    else:
        line.append("--nounixsocket")
    for name, value in options.items():
        line += [name, value]
    for name, value in _PARAMETERS.items():
        line += ["--setParameter", f"{name}={value}"]
    return line

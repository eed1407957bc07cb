"""Connects to a MongoDB server with the grader's accounts."""

import secrets
import socket
from typing import Any
from urllib.parse import quote

import pymongo
from pymongo.errors import AutoReconnect, PyMongoError

from grader.services.base import Server
from grader.services.mongodb.accounts import Account, socket_path
from grader.services.mongodb.bounds import Bounds

Client = pymongo.MongoClient[dict[str, Any]]

APP_NAME = "dblab-grader"
_TOUCH_LIMIT_S = 0.5
_SILENCE_S = 0.02


def own_name() -> str:
    """What one client of the grader's calls itself, so that the server can tell it from another's."""
    return f"{APP_NAME}-{secrets.token_hex(4)}"


def connect(server: Server, account: Account, limit_s: float, name: str) -> Client:
    """Makes a client, which connects when it is first used and reads no more than `Bounds` lets it.

    It goes through the server's own Unix socket where there is one, which nobody else can have put there.

    Args:
        limit_s: How long one answer may take, and all of one cursor together.
        name: What it calls itself.
    """
    host = f"[{server.host}]" if ":" in server.host else server.host
    path = socket_path(server.socket, server.port)
    address = quote(path, safe="") if path else f"{host}:{server.port}"
    limit_ms = int(limit_s * 1000)
    bounds = Bounds(limit_s)
    bounds.client = pymongo.MongoClient(
        f"mongodb://{address}/",
        username=account.name or None,
        password=account.password or None,
        authSource=account.home,
        appname=name,
        directConnection=True,
        # Also how long it takes to close a client whose server is dead.
        serverSelectionTimeoutMS=min(limit_ms, 2000),
        connectTimeoutMS=min(limit_ms, 2000),
        socketTimeoutMS=limit_ms,
        retryReads=False,
        retryWrites=False,
        event_listeners=[bounds],
    )
    return bounds.client


def listens(server: Server) -> bool:
    """Whether somebody listens at the server's address.

    It is asked without the driver, which pauses half a second before it tries again.
    """
    path = socket_path(server.socket, server.port)
    try:
        if path:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(_TOUCH_LIMIT_S)
                probe.connect(path)
                return True
        with socket.create_connection((server.host, server.port), timeout=_TOUCH_LIMIT_S) as probe:
            # Docker accepts for a server that is not there yet, and hangs up; the server waits for a word.
            probe.settimeout(_SILENCE_S)
            probe.recv(1)
            return False
    except TimeoutError:
        return True
    except OSError:
        return False


def question(client: Client) -> Exception | None:
    """Asks whether the server answers and knows the account; gives what went wrong if not."""
    try:
        client.admin.command("ping")
    except (PyMongoError, OSError) as error:
        return error
    return None


def run_of(client: Client) -> str:
    """The run of the server that answers; another after every start."""
    return str(client.admin.command("hello")["topologyVersion"]["processId"])


def shut_down(client: Client) -> None:
    """Tells the server to end, cleanly."""
    try:
        client.admin.command("shutdown", force=True)
    except AutoReconnect:
        return  # it hangs up instead of an answer

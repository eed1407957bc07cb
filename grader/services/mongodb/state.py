"""The clean state of a MongoDB server: what it was at the start, the way back, and the proof."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pymongo import WriteConcern
from pymongo.errors import OperationFailure

from grader.services.mongodb.accounts import DATABASE, Account, student_document
from grader.services.mongodb.connect import Client

_OWN_DATABASES = ("admin", "config", "local")
_LEAVING_S = 0.1
_PAUSE_S = 0.002
# A dropped collection whose drop has not reached the disk is back after a crash.
_ON_DISK = {"w": 1, "j": True}
# The server remembers a million of all accounts together, and those that have ended for minutes.
_MOST_SESSIONS = 100_000


@dataclass(frozen=True)
class Baseline:
    """What a clean server looks like.

    Attributes:
        parameters: Every parameter of the server.
        users: By their ids, without what proves them.
        collections: Those of the server's own databases, as `admin.system.users`.
        profiler: Its settings, which hold for all databases.
    """

    parameters: Mapping[str, Any]
    users: Mapping[str, Any]
    roles: Mapping[str, Any]
    collections: frozenset[str]
    profiler: Mapping[str, Any]


def baseline(client: Client) -> Baseline:
    """Takes the state of a server that has just been started."""
    return Baseline(
        parameters=_parameters(client),
        users=_users(client),
        roles=_roles(client),
        collections=frozenset(_own_collections(client)),
        profiler=_profiler(client),
    )


def restore(client: Client, clean: Baseline, student: Account) -> frozenset[int]:
    """Ends all other work, empties the server and makes every parameter and user what it was.

    Returns:
        The connections that are still there, and no longer anybody's.

    Raises:
        PyMongoError: The server does not do it.
    """
    _unlock(client)
    logged_out = _end_sessions(client, student)
    _restore_parameters(client, clean)
    for name in _foreign_databases(client):
        client[name].command("dropDatabase", writeConcern=_ON_DISK)
    for full_name in _own_collections(client) - clean.collections:
        database, _, collection = full_name.partition(".")
        client[database].drop_collection(collection)
    _restore_users(client, clean, student)
    client[DATABASE].command("profile", 0, **clean.profiler)
    return logged_out


def remains(client: Client, clean: Baseline, logged_out: frozenset[int] = frozenset()) -> list[str]:
    """Names all that is not as it was in the clean state; empty if all is.

    Args:
        logged_out: Connections that may be there, since they are nobody's.
    """
    found = [f"the database {name}" for name in _foreign_databases(client)]
    found += [f"the collection {name}" for name in sorted(_own_collections(client) - clean.collections)]
    found += _differences("parameter", _parameters(client), clean.parameters)
    found += _differences("user", _users(client), clean.users)
    found += _differences("role", _roles(client), clean.roles)
    found += _differences("profiler's setting", _profiler(client), clean.profiler)
    if _current(client).get("fsyncLock"):
        found.append("a lock of the whole server")
    found += crowd(client)
    found += [
        f"a session of {work.get('client', 'nobody')}"
        for work in others(client)
        if work["connectionId"] not in logged_out
    ]
    return found


def crowd(client: Client) -> list[str]:
    """Names the sessions that the server remembers if they are so many that it may soon refuse anybody's.

    Nothing makes it forget them but its own time, five minutes, or its end.
    """
    answer = client.admin.command("serverStatus")
    remembered = answer["logicalSessionRecordCache"]["activeSessionsCount"]
    return [f"the memory of {remembered:,} sessions"] if remembered > _MOST_SESSIONS else []


def log_out(client: Client, student: Account) -> None:
    """Makes the student's account anew: whoever came in with the old one is nobody from now on."""
    with suppress(OperationFailure):
        client[student.home].command("dropUser", student.name)
    client[student.home].command(student_document(student))


def flush_journal(client: Client) -> None:
    """Writes the journal to the disk, by a write that changes nothing."""
    nothing = client.admin.get_collection("dblab_grader", write_concern=WriteConcern(w=1, j=True))
    nothing.delete_one({})


def others(client: Client) -> list[Mapping[str, Any]]:
    """The connections by which somebody else has come in, with what they do.

    One without an account is left out: the server keeps a dead one's, that awaits news, for ten seconds.
    """
    own_name = client.options.pool_options.appname
    return [
        work
        for work in _current(client)["inprog"]
        if "client" in work and work.get("effectiveUsers") and work.get("appName") != own_name
    ]


def _current(client: Client) -> Mapping[str, Any]:
    current: Mapping[str, Any] = client.admin.command({"currentOp": 1, "$all": True})
    return current


def _unlock(client: Client) -> None:
    while _current(client).get("fsyncLock"):
        # Locks are counted.
        client.admin.command("fsyncUnlock")


def _end_sessions(client: Client, student: Account) -> frozenset[int]:
    client.admin.command("killAllSessions", [])
    deadline = time.monotonic() + _LEAVING_S
    while present := others(client):
        for work in present:
            if "opid" in work:
                client.admin.command("killOp", op=work["opid"])
        if time.monotonic() > deadline:
            log_out(client, student)
            return frozenset(work["connectionId"] for work in present if "opid" not in work)
        # The server takes a moment to notice that a process has died.
        time.sleep(_PAUSE_S)
    return frozenset()


def _restore_parameters(client: Client, clean: Baseline) -> None:
    now = _parameters(client)
    for name, value in clean.parameters.items():
        if now.get(name) != value:
            # One that can only be set at the start is named by `remains`.
            with suppress(OperationFailure):
                client.admin.command("setParameter", 1, **{name: value})


def _restore_users(client: Client, clean: Baseline, student: Account) -> None:
    users, roles = _users(client), _roles(client)
    for user_id in users.keys() - clean.users.keys():
        home, _, name = user_id.partition(".")
        client[home].command("dropUser", name)
    for role_id in roles.keys() - clean.roles.keys():
        home, _, name = role_id.partition(".")
        client[home].command("dropRole", name)
    own = f"{student.home}.{student.name}"
    if users.get(own) != clean.users[own]:
        log_out(client, student)


def _foreign_databases(client: Client) -> list[str]:
    return sorted(set(client.list_database_names()) - set(_OWN_DATABASES))


def _own_collections(client: Client) -> set[str]:
    return {
        f"{database}.{name}"
        for database in _OWN_DATABASES
        for name in client[database].list_collection_names()
        # The server makes these when it comes to it.
        if not name.startswith("system.")
    }


def _parameters(client: Client) -> Mapping[str, Any]:
    answer = client.admin.command("getParameter", "*")
    return {
        name: value for name, value in answer.items() if name not in {"ok", "$clusterTime", "operationTime"}
    }


def _users(client: Client) -> Mapping[str, Any]:
    unwanted = {"credentials": False, "userId": False}
    return {user["_id"]: user for user in client.admin["system.users"].find({}, unwanted)}


def _roles(client: Client) -> Mapping[str, Any]:
    return {role["_id"]: role for role in client.admin["system.roles"].find()}


def _profiler(client: Client) -> Mapping[str, Any]:
    answer = client[DATABASE].command("profile", -1)
    return {name: answer[name] for name in ("slowms", "sampleRate")}


def _differences(kind: str, now: Mapping[str, Any], clean: Mapping[str, Any]) -> list[str]:
    names = {name for name in now.keys() | clean.keys() if now.get(name) != clean.get(name)}
    return [f"the {kind} {name}" for name in sorted(names)]

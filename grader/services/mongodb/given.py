"""Takes a MongoDB server that somebody else runs, and gives it back as it was.

While it is taken, a role without rights marks it, so that the next grader knows the data that a killed one
left for its own. A server with data and without the mark is refused: the grader deletes everything.
"""

from contextlib import suppress

from pymongo.errors import OperationFailure, PyMongoError

from grader.errors import ServiceError
from grader.services.base import Server
from grader.services.mongodb.accounts import DATABASE, JOURNAL_MS, Account, student_document
from grader.services.mongodb.connect import APP_NAME, Client, connect
from grader.services.mongodb.state import crowd, others

_MARK = "dblab-grader-lease"
_OWN_DATABASES = {"admin", "config", "local"}


def take(client: Client, server: Server, student: Account) -> int:
    """Refuses a server that is in use, marks it, empties it and makes the student's account.

    Returns:
        The interval in ms at which it wrote its journal before.

    Raises:
        ServiceError: Another grader is using it, it holds somebody's data, or it lets everybody in.
        PyMongoError: The account in the URL may not do what is needed.
    """
    _refuse_open(server)
    if any(str(work.get("appName", "")).startswith(APP_NAME) for work in others(client)):
        raise ServiceError(
            "mongodb: another grader is using this server. Wait for its end, or give each its own server."
        )
    if found := crowd(client):
        raise ServiceError(
            f"mongodb: there is {found[0]} in this server, which refuses more at a million. "
            f"Wait five minutes, in which it forgets them, or start it anew."
        )
    databases = sorted(set(client.list_database_names()) - _OWN_DATABASES)
    is_marked = bool(client.admin.command("rolesInfo", _MARK)["roles"])
    if databases and not is_marked:
        raise ServiceError(
            f"mongodb: the server is not empty: there are the databases {', '.join(databases)}. The grader "
            f"deletes all data of a server that it uses, so it refuses this one. "
            f"Drop them yourself, or give another in GRADER_MONGODB_URL."
        )
    if not is_marked:
        client.admin.command("createRole", _MARK, privileges=[], roles=[])
    for name in databases:
        client.drop_database(name)
    with suppress(OperationFailure):
        client[DATABASE].command("dropUser", student.name)
    client[DATABASE].command(student_document(student))
    answer = client.admin.command("setParameter", 1, journalCommitInterval=JOURNAL_MS)
    return int(answer["was"])


def give_back(client: Client, student: Account, journal_ms: int) -> None:
    """Empties the server, and removes the student's account and the mark."""
    for name in set(client.list_database_names()) - _OWN_DATABASES:
        client.drop_database(name)
    client[DATABASE].command("dropUser", student.name)
    client.admin.command("setParameter", 1, journalCommitInterval=journal_ms)
    client.admin.command("dropRole", _MARK)


def _refuse_open(server: Server) -> None:
    with connect(server, Account("", "", "admin"), 2.0, "nobody") as stranger:
        try:
            stranger.list_database_names()
        except PyMongoError:
            return
    raise ServiceError(
        "mongodb: the server lets everybody in, so that a submission could do anything there. "
        "Start it with --auth, or the image with MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD."
    )

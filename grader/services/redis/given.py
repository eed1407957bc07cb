"""Takes a Redis server that somebody else runs, and gives it back as it was.

While it is taken, a user without rights marks it, so that the next grader knows the data that a killed one
left for its own. A server with data and without the mark is refused: the grader deletes everything.
"""

from collections.abc import Sequence

import redis

from grader.errors import ServiceError
from grader.services.redis.accounts import Account
from grader.services.redis.commands import ask
from grader.services.redis.connect import CLIENT_NAME

_MARK = "dblab-grader-lease"


def take(client: redis.Redis, student: Account, rules: Sequence[str]) -> None:
    """Refuses a server that is in use, marks it, empties it and makes the student's account.

    Raises:
        ServiceError: Another grader is using it, or it holds somebody's data.
        redis.RedisError: The account in the URL may not do what is needed.
    """
    own = client.client_id()
    if any(one["name"] == CLIENT_NAME and int(one["id"]) != own for one in client.client_list()):
        raise ServiceError(
            "redis: another grader is using this server. Wait for its end, or give each its own server."
        )
    users = [name.decode() if isinstance(name, bytes) else name for name in client.acl_users()]
    databases = sorted(client.info("keyspace"))
    if databases and _MARK not in users:
        raise ServiceError(
            f"redis: the server is not empty: there are keys in {', '.join(databases)}. The grader deletes "
            f"all data of a server that it uses, so it refuses this one. "
            f"Empty it yourself with FLUSHALL, or give another in GRADER_REDIS_URL."
        )
    ask(client, "ACL", "SETUSER", _MARK, "reset", "off")
    client.flushall()
    grant(client, student, rules)


def grant(client: redis.Redis, student: Account, rules: Sequence[str]) -> None:
    """Makes the student's account, and marks the server; a restart forgets both."""
    ask(client, "ACL", "SETUSER", _MARK, "reset", "off")
    ask(client, "ACL", "SETUSER", student.name, "reset", "on", f">{student.password}", *rules)


def give_back(client: redis.Redis, student: Account) -> None:
    """Empties the server, and removes the student's account and the mark."""
    client.flushall()
    ask(client, "ACL", "DELUSER", student.name, _MARK)

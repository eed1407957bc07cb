"""Connects to a Redis server with the grader's account."""

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from grader.services.base import Server
from grader.services.redis.accounts import Account

CLIENT_NAME = "dblab-grader"


def connect(server: Server, account: Account, limit_s: float) -> redis.Redis:
    """Makes a client, which connects when it is first used.

    It goes through the server's own Unix socket where there is one, which nobody else can have put there.

    Args:
        limit_s: How long one answer may take.
    """
    address = (
        {"unix_socket_path": server.socket} if server.socket else {"host": server.host, "port": server.port}
    )
    return redis.Redis(
        **address,
        username=account.name or None,
        password=account.password or None,
        client_name=CLIENT_NAME,
        protocol=2,
        driver_info=None,
        socket_timeout=limit_s,
        socket_connect_timeout=min(limit_s, 2.0),
        # By default ten tries with pauses would hide a dead server for seconds.
        retry=Retry(NoBackoff(), 0),
    )


def question(client: redis.Redis) -> Exception | None:
    """Asks whether the server answers; gives what went wrong if it does not."""
    try:
        client.ping()
    except (RedisError, OSError) as error:
        return error
    return None

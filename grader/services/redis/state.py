"""The clean state of a Redis server: what it was at the start, the way back, and the proof."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import redis

from grader.services.redis.commands import Word, ask, ask_all

_CHILD_LIMIT_S = 5.0
_CHILD_PAUSE_S = 0.002
_CHILDREN = ("rdb_bgsave_in_progress", "aof_rewrite_in_progress", "aof_rewrite_scheduled")
_CLEANING = (
    "CLIENT UNPAUSE",
    "REPLICAOF NO ONE",
    # Rubrics slow saves down with it, and CONFIG GET * does not show it.
    "CONFIG SET rdb-key-save-delay 0",
    "CLIENT KILL SKIPME yes",
    # Ends a background save, too.
    "FLUSHALL SYNC",
    "SCRIPT FLUSH SYNC",
    "SLOWLOG RESET",
    "LATENCY RESET",
    "ACL LOG RESET",
)


@dataclass(frozen=True)
class Baseline:
    """What a clean server looks like.

    Attributes:
        config: Every setting.
        users: By name, the access rules.
        saves: How often the data were saved since the start; None if the server does not say (6.2).
        saved_at: When they were saved last, in seconds since the epoch; at first the server's start.
    """

    config: Mapping[bytes, bytes]
    users: Mapping[bytes, bytes]
    modules: bytes
    has_functions: bool
    saves: int | None
    saved_at: int


def baseline(client: redis.Redis) -> Baseline:
    """Takes the state of a server that has just been started."""
    persistence = client.info("persistence")
    return Baseline(
        config=_pairs(ask(client, "CONFIG", "GET", "*")),
        users=_users(ask(client, "ACL", "LIST")),
        modules=_plain(ask(client, "MODULE", "LIST")),
        has_functions=int(client.info("server")["redis_version"].split(".")[0]) >= 7,  # noqa: PLR2004
        saves=persistence.get("rdb_saves"),
        saved_at=persistence["rdb_last_save_time"],
    )


def restore(client: redis.Redis, clean: Baseline, *, may_have_dump: bool) -> None:
    """Ends all other sessions, empties the server and makes every setting and user what it was.

    Args:
        may_have_dump: Data are certainly on the disk, so that it need not be found out.

    Raises:
        redis.RedisError: The server does not do it.
    """
    # Connections of ours that a check may hold; the next command opens a new one.
    client.connection_pool.disconnect()
    commands = [*_CLEANING, "FUNCTION FLUSH SYNC"] if clean.has_functions else _CLEANING
    before, *_, config, users, after = ask_all(
        client,
        [
            ["INFO", "persistence"],
            *(command.split() for command in commands),
            ["CONFIG", "GET", "*"],
            ["ACL", "LIST"],
            ["INFO", "persistence"],
        ],
    )
    _restore_settings(client, clean, _pairs(config), _users(users))
    if any(after[task] for task in _CHILDREN):
        _await_children(client)
    if may_have_dump or clean.saves is None or _has_saved(before, clean):
        # What a later crash would bring back is now an empty database.
        client.save()
    ask(client, "CONFIG", "RESETSTAT")


def remains(client: redis.Redis, clean: Baseline) -> list[str]:
    """Names all that is not as it was in the clean state; empty if all is."""
    info, config, users, modules, clients, number, *functions = ask_all(
        client,
        [
            ["INFO"],
            ["CONFIG", "GET", "*"],
            ["ACL", "LIST"],
            ["MODULE", "LIST"],
            ["CLIENT", "LIST"],
            ["CLIENT", "ID"],
            *([["FUNCTION", "LIST"]] if clean.has_functions else []),
        ],
    )
    found = [f"keys in {name}" for name in info if name.startswith("db") and name[2:].isdigit()]
    if any(functions):
        found.append("functions")
    if info.get("number_of_cached_scripts"):
        found.append("cached scripts")
    found += _differences("setting", _pairs(config), clean.config)
    found += _differences("user", _users(users), clean.users)
    if _plain(modules) != clean.modules:
        found.append("modules")
    found += [f"the client {address}" for one, address in _clients(clients).items() if one != number]
    found += [f"{task} in progress" for task in _CHILDREN if info.get(task)]
    if info["role"] != "master":
        found.append(f"the role {info['role']}")
    return found


def _has_saved(persistence: Mapping[str, Any], clean: Baseline) -> bool:
    return (
        persistence.get("rdb_saves") != clean.saves
        or persistence["rdb_last_save_time"] != clean.saved_at
        or any(persistence[task] for task in _CHILDREN)
    )


def _restore_settings(
    client: redis.Redis, clean: Baseline, now: Mapping[bytes, bytes], known: Mapping[bytes, bytes]
) -> None:
    commands: list[list[Word]] = [
        ["CONFIG", "SET", name, value] for name, value in clean.config.items() if now.get(name) != value
    ]
    commands += [["ACL", "DELUSER", name] for name in known if name not in clean.users]
    commands += [
        ["ACL", "SETUSER", name, "reset", *rules.split()]
        for name, rules in clean.users.items()
        if known.get(name) != rules
    ]
    if commands:
        ask_all(client, commands)


def _await_children(client: redis.Redis) -> None:
    """Awaits the end of what the server does in the background.

    Raises:
        redis.RedisError: It does not end.
    """
    deadline = time.monotonic() + _CHILD_LIMIT_S
    while True:
        persistence = client.info("persistence")
        busy = [task for task in _CHILDREN if persistence[task]]
        if not busy:
            return
        if time.monotonic() > deadline:
            raise redis.RedisError(f"{', '.join(busy)} for more than {_CHILD_LIMIT_S:g} s")
        time.sleep(_CHILD_PAUSE_S)


def _differences(kind: str, now: Mapping[bytes, bytes], clean: Mapping[bytes, bytes]) -> list[str]:
    names = {name for name in now.keys() | clean.keys() if now.get(name) != clean.get(name)}
    return [f"the {kind} {name.decode('utf-8', errors='replace')}" for name in sorted(names)]


def _pairs(answer: list[bytes]) -> dict[bytes, bytes]:
    """Names and values stand in turns."""
    return dict(zip(answer[::2], answer[1::2], strict=True))


def _clients(answer: bytes) -> dict[int, str]:
    """The address of each client by its number; each line is `id=3 addr=127.0.0.1:40000 ...`."""
    lines = answer.decode("utf-8", errors="replace").splitlines()
    clients = [dict(word.partition("=")[::2] for word in line.split()) for line in lines]
    return {int(client["id"]): client["addr"] for client in clients}


def _users(lines: list[bytes]) -> dict[bytes, bytes]:
    """Each line is `user NAME RULES...`."""
    users = {}
    for line in lines:
        _, name, rules = line.split(b" ", 2)
        users[name] = rules
    return users


def _plain(answer: Any) -> bytes:  # noqa: ANN401 - nested as the server pleases
    return repr(answer).encode()

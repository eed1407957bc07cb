"""Live clients, made on the student's side from the services that a check passes."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from grader.sandbox.inside.codec import ServiceArgument


class ClientError(Exception):
    """A client that cannot be made."""


def _redis(url: str) -> object:
    return importlib.import_module("redis").Redis.from_url(url)


# One line for each kind of client that a lab can name.
KINDS: Mapping[str, Callable[[str], object]] = {"redis.Redis": _redis}

# The packages to import ahead for each service.
DRIVERS: Mapping[str, tuple[str, ...]] = {
    "redis": ("redis",),
    "mongodb": ("pymongo",),
    "postgres": ("psycopg",),
    "sqlite": ("sqlite3",),
}


class Clients:
    """The clients of one process: the same argument gives the same client every time."""

    def __init__(self) -> None:
        self._made: dict[ServiceArgument, object] = {}

    def client(self, argument: ServiceArgument) -> Any:  # noqa: ANN401 - each kind has its own type
        """Gives the client that stands for an argument.

        Raises:
            ClientError: Its kind is unknown, or it cannot be made.
        """
        if argument not in self._made:
            self._made[argument] = _make(argument)
        return self._made[argument]


def _make(argument: ServiceArgument) -> object:
    try:
        return KINDS[argument.client](argument.url)
    except Exception as error:
        text = f"No {argument.client} for {argument.service} could be made: {type(error).__name__}: {error}"
        raise ClientError(text) from error

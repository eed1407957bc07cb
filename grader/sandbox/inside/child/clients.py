"""Live clients, made on the student's side from the services that a check passes."""

import contextlib
import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from grader.sandbox.inside.codec import ServiceArgument


class ClientError(Exception):
    """A client that cannot be made."""


def _redis(url: str) -> object:
    return importlib.import_module("redis").Redis.from_url(url)


def _mongo_database(url: str) -> object:
    # By default the driver looks for a server for half a minute before it says that there is none.
    client = importlib.import_module("pymongo").MongoClient(url, serverSelectionTimeoutMS=5000)
    return client.get_default_database()


def _psycopg(url: str) -> object:
    return importlib.import_module("psycopg").connect(url)


def _sqlite(path: str) -> object:
    return importlib.import_module("sqlite3").connect(path)


def _engine(url: str) -> object:
    return importlib.import_module("sqlalchemy").create_engine(url)


def _session(url: str) -> object:
    return importlib.import_module("sqlalchemy.orm").Session(_engine(url))


# One line for each kind of client that a lab can name.
KINDS: Mapping[str, Callable[[str], object]] = {
    "redis.Redis": _redis,
    "pymongo.database.Database": _mongo_database,
    "psycopg.Connection": _psycopg,
    "sqlite3.Connection": _sqlite,
    "sqlalchemy.Engine": _engine,
    "sqlalchemy.Session": _session,
    "url": str,
}

# The modules to import ahead for each service, and for the package that a kind of client is of: behind it,
# what it imports no sooner than a client is made and connects.
DRIVERS: Mapping[str, tuple[str, ...]] = {
    "redis": ("redis", "secrets", "hmac", "email.parser", "encodings.idna", "stringprep"),
    "mongodb": ("pymongo", "pymongo.synchronous.auth"),
    "postgres": ("psycopg",),
    "sqlite": ("sqlite3",),
    "sqlalchemy": ("sqlalchemy.orm", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite"),
    "url": (),
}

# What a driver works out once, when it makes its first connection; nothing of it connects.
REHEARSALS: Mapping[str, Callable[[], object]] = {
    "redis": lambda: importlib.import_module("redis").ConnectionPool().make_connection(),
}


def prepare_drivers(services: Iterable[str]) -> None:
    """Imports drivers ahead, as far as they are installed, and has them do what they do once."""
    for service in dict.fromkeys(services):
        for driver in DRIVERS.get(service, (service,)):
            with contextlib.suppress(ImportError):
                importlib.import_module(driver)
        with contextlib.suppress(ImportError):
            REHEARSALS.get(service, dict)()


class Clients:
    """The clients of one process: the same argument gives the same client every time.

    A kind with a mark behind it, as `psycopg.Connection#2`, is one more client of that kind.
    """

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
        kind, _, _ = argument.client.partition("#")
        return KINDS[kind](argument.url)
    except Exception as error:
        text = f"No {argument.client} for {argument.service} could be made: {type(error).__name__}: {error}"
        raise ClientError(text) from error

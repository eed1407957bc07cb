"""Makes a student's return value plain, with the base types' own methods.

Right solutions return `Int64`, `Counter`, `Row` or a named tuple without knowing it; each becomes its base
type here. What has no plain base (a cursor, a generator, a set) is refused by name and place.
"""

import sys
from collections.abc import Callable, Iterator, Sized
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from grader.sandbox.inside.codec import MAX_DEPTH, MAX_ITEMS, Value
from grader.sandbox.inside.extensions import object_id_type

_SCALARS = frozenset({type(None), bool, int, float, str, bytes, date, Decimal, UUID})
_NAMED_AHEAD = 60

# Rows of database packages that are sequences, yet no tuples.
_ROW_TYPES = (("sqlite3", "Row"), ("sqlalchemy.engine.row", "Row"))


class NotPlainError(Exception):
    """A value that has no plain form.

    Attributes:
        problem: What is wrong with it.
        steps: The way to it from the inside out, as `[3]`, `['mass']`.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.steps: list[str] = []

    def __str__(self) -> str:
        return f"result{''.join(reversed(self.steps))} {self.problem}"


def make_plain(value: object) -> Value:
    """Gives the value in exact base types.

    Raises:
        NotPlainError: It, or something inside it, has no plain form.
    """
    made: Value = _Plainer().plain(value, 0)
    return made


class _Plainer:
    """One walk through a value."""

    def __init__(self) -> None:
        self._values = 0

    def plain(self, value: Any, depth: int) -> Any:  # noqa: ANN401 - any value goes in, any plain one comes out
        kind = type(value)
        if kind in _SCALARS:
            return value
        for base, convert in _BASES:
            if issubclass(kind, base):
                return convert(value)
        if kind is object_id_type():
            return value
        return self._container(value, kind, depth)

    def _container(self, value: Any, kind: type, depth: int) -> Any:  # noqa: ANN401 - one of three types
        if depth >= MAX_DEPTH:
            raise NotPlainError(f"is nested more than {MAX_DEPTH} deep, or contains itself")
        if issubclass(kind, dict):
            return self._dictionary(value, depth)
        if issubclass(kind, list):
            return self._items(list.__iter__(value), depth)
        row_type = tuple if issubclass(kind, tuple) else _row_type(kind)
        if row_type is not None:
            return tuple(self._items(row_type.__iter__(value), depth))
        raise NotPlainError(f"is {_type_name(kind)}, which is no plain value{_ADVICE.get(kind.__name__, '')}")

    def _count(self, items: Sized) -> None:
        # A container is a value itself, and crosses with up to one more that says of which kind it is.
        self._values += 2 + len(items)
        if self._values > MAX_ITEMS:
            raise NotPlainError(f"has more than {MAX_ITEMS:,} values in it")

    def _items(self, items: Iterator[Any], depth: int) -> list[Any]:
        listed = list(items)
        self._count(listed)
        if _SCALARS.issuperset(map(type, listed)):
            return listed
        place = 0
        try:
            for place, item in enumerate(listed):
                listed[place] = self.plain(item, depth + 1)
        except NotPlainError as error:
            error.steps.append(f"[{place}]")
            raise
        return listed

    def _dictionary(self, value: dict[Any, Any], depth: int) -> dict[Any, Any]:
        pairs = dict.items(value)
        self._count(pairs)
        if type(value) is dict and _SCALARS.issuperset([type(part) for pair in pairs for part in pair]):
            return value
        made: dict[Any, Any] = {}
        for key, item in pairs:
            plain_key = self._key(key, depth)
            try:
                made[plain_key] = self.plain(item, depth + 1)
            except NotPlainError as error:
                error.steps.append(f"[{_key_text(plain_key)}]")
                raise
        return made

    def _key(self, key: object, depth: int) -> object:
        try:
            plain_key = self.plain(key, depth + 1)
            hash(plain_key)
        except (NotPlainError, TypeError):
            raise NotPlainError(
                f"has a key that is {_type_name(type(key))}, which is no plain value"
            ) from None
        else:
            return plain_key


def _moment(value: datetime) -> datetime:
    bare = datetime.combine(datetime.date(value), datetime.time(value))
    if datetime.tzinfo.__get__(value) is None:
        return bare
    offset = datetime.utcoffset(value)
    return bare if offset is None else bare.replace(tzinfo=timezone(offset))


def _identifier(value: UUID) -> UUID:
    return UUID(int=UUID.__dict__["int"].__get__(value))


_BASES: tuple[tuple[type, Callable[[Any], Value]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (datetime, _moment),
    (date, lambda value: date.fromordinal(date.toordinal(value))),
    (Decimal, Decimal),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (UUID, _identifier),
)

_ADVICE = {
    "generator": "; give a list, as list(...) makes it",
    "coroutine": "; define the function with `def`, not `async def`",
    "set": "; give a list",
    "frozenset": "; give a list",
    "dict_keys": "; give a list, as list(...) makes it",
    "dict_values": "; give a list, as list(...) makes it",
    "dict_items": "; give a list, as list(...) makes it",
    "map": "; give a list, as list(...) makes it",
    "filter": "; give a list, as list(...) makes it",
    "zip": "; give a list, as list(...) makes it",
    "Cursor": "; give a list, as list(...) makes it",
    "CommandCursor": "; give a list, as list(...) makes it",
    "Decimal128": "; give a Decimal, as its to_decimal() makes it",
}


def _row_type(kind: type) -> Any:  # noqa: ANN401 - a class of a package that may not be installed
    for module, name in _ROW_TYPES:
        row_type = getattr(sys.modules.get(module), name, None)
        if isinstance(row_type, type) and issubclass(kind, row_type):
            return row_type
    return None


def _type_name(kind: type) -> str:
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"of type {name}"


def _key_text(key: object) -> str:
    text = repr(key) if type(key) in (str, int, bool, bytes) else "..."
    return text if len(text) <= _NAMED_AHEAD else f"{text[:_NAMED_AHEAD]}..."

"""The values that cross between grader and student process, and their serialised form.

MessagePack carries None, bool, int (64 bits), float, str, bytes, list and dict by itself. Extension types
carry the other exact types; a list whose first item is a mark (an empty extension) is a tuple or a service.
Nothing else crosses: a subclass is refused here, and made plain before, by `plain`. Decoding never runs
code that a sender chooses, and its time and memory stay in proportion to the length of the data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgpack

from grader.sandbox.inside.extensions import (
    MAX_EXTENSION_BYTES,
    DecodeError,
    EncodeError,
    Mark,
    read_extension,
    write_extension,
)

__all__ = ["Argument", "DecodeError", "EncodeError", "ServiceArgument", "Value", "decode", "encode"]

MAX_DEPTH = 100
MAX_ITEMS = 1_000_000
# A sender can choose the hash of large integers, tuples and the like so that all collide, which takes time
# in the square of their number.
MAX_UNUSUAL_KEYS = 5_000
SMALL_INTEGER_BITS = 64

# An ObjectId crosses too; its package is not always installed, so that no type here can name it.
Value = (
    bool
    | int
    | float
    | str
    | bytes
    | datetime
    | date
    | Decimal
    | UUID
    | list[Any]
    | tuple[Any, ...]
    | dict[Any, Any]
    | None
)


@dataclass(frozen=True)
class ServiceArgument:
    """A service that crosses into the sandbox, where it becomes a live client.

    Attributes:
        service: The service's name, as `redis`.
        url: Where the student's account reaches it.
        client: The kind of client, as `redis.Redis`; `clients` knows the kinds.
    """

    service: str
    url: str
    client: str


Argument = Value | ServiceArgument


_NESTING_TYPES = frozenset({list, tuple, dict, Mark})
_USUAL_KEY_TYPES = frozenset({str, bytes, bool, float, type(None), date, datetime})


def encode(value: Argument) -> bytes:
    """Serialises a value.

    Raises:
        EncodeError: The value, or one inside it, is not exactly of one of the types that cross.
    """
    packer = msgpack.Packer(default=_write, strict_types=True, unicode_errors="surrogatepass")
    try:
        packed: bytes = packer.pack(value)
    except EncodeError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise EncodeError(f"The value cannot be serialised: {error}.") from error
    return packed


def _write(value: object) -> object:
    if type(value) is tuple:
        return [msgpack.ExtType(Mark.TUPLE, b""), *value]
    if type(value) is ServiceArgument:
        return [msgpack.ExtType(Mark.SERVICE, b""), value.service, value.url, value.client]
    return write_extension(value)


def decode(data: bytes, service: Callable[[ServiceArgument], Any] | None = None) -> Value:
    """Reads a value, built from exact base types only.

    Args:
        data: The serialised form, whole.
        service: Makes the client that stands for a service argument; None to refuse these.

    Raises:
        DecodeError: Whatever is wrong with the data.
    """
    builder = _Builder(service)
    try:
        _require_one_whole_message(data)
        value: Value = msgpack.unpackb(
            data,
            ext_hook=read_extension,
            list_hook=builder.list_or_tuple,
            object_pairs_hook=builder.dictionary,
            strict_map_key=False,
            unicode_errors="surrogatepass",
            timestamp=3,
            max_ext_len=MAX_EXTENSION_BYTES,
            max_array_len=MAX_ITEMS,
            max_map_len=MAX_ITEMS,
        )
    except DecodeError:
        raise
    except (ValueError, TypeError, ArithmeticError, RecursionError, msgpack.UnpackException) as error:
        raise DecodeError(f"This is no serialised value: {error}.") from error
    _require_shallow(value)
    return value


def _require_one_whole_message(data: bytes) -> None:
    # Else a few bytes could announce a thousand long lists, and the decoder makes room for each.
    unpacker = msgpack.Unpacker(max_buffer_size=max(len(data), 1))
    unpacker.feed(data)
    unpacker.skip()
    if unpacker.tell() != len(data):
        raise DecodeError("Something follows the value.")


def _require_shallow(value: Value) -> None:
    level: list[Any] = [value] if type(value) in _NESTING_TYPES else []
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return
        if Mark in map(type, level):
            raise DecodeError("A mark stands where none can be.")
        level = [
            item
            for container in level
            for item in ((*container, *container.values()) if type(container) is dict else container)
            if type(item) in _NESTING_TYPES
        ]
    raise DecodeError(f"The value is nested more than {MAX_DEPTH} deep.")


class _Builder:
    """Builds the containers of one message, and counts them and what is in them."""

    def __init__(self, service: Callable[[ServiceArgument], Any] | None) -> None:
        self._service = service
        self._items = 0
        self._unusual_keys = 0

    def list_or_tuple(self, items: list[Any]) -> Any:  # noqa: ANN401 - a client can be anything
        self._count(items)
        if not items or type(items[0]) is not Mark:
            return items
        if items[0] is Mark.TUPLE:
            return tuple(items[1:])
        return self._client(items[1:])

    def dictionary(self, pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
        self._count(pairs)
        if not _USUAL_KEY_TYPES.issuperset([type(key) for key, _ in pairs]):
            self._unusual_keys += sum(_can_collide(key) for key, _ in pairs)
            if self._unusual_keys > MAX_UNUSUAL_KEYS:
                raise DecodeError(
                    f"More than {MAX_UNUSUAL_KEYS:,} keys in it are neither text nor small numbers."
                )
        return dict(pairs)

    def _client(self, fields: list[Any]) -> Any:  # noqa: ANN401 - a client can be anything
        if self._service is None or [type(field) for field in fields] != [str, str, str]:
            raise DecodeError("A service stands where none can be.")
        return self._service(ServiceArgument(*fields))

    def _count(self, items: list[Any]) -> None:
        self._items += 1 + len(items)
        if self._items > MAX_ITEMS:
            raise DecodeError(f"There are more than {MAX_ITEMS:,} values in it.")


def _can_collide(key: object) -> bool:
    return key.bit_length() > SMALL_INTEGER_BITS if type(key) is int else type(key) not in _USUAL_KEY_TYPES

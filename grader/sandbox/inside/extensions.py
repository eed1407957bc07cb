"""The exact types that MessagePack has no type of its own for, each as an extension."""

import importlib
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgpack

MAX_INTEGER_DIGITS = 4_000
MAX_DECIMAL_EXPONENT = 10_000
MAX_EXTENSION_BYTES = 5_000
OBJECT_ID_BYTES = 12


class EncodeError(ValueError):
    """A value that cannot cross; says of which type it is."""


class DecodeError(ValueError):
    """Data that is not the serialised form of a value."""


class _Code(IntEnum):
    """The extension types; the numbers are the serialised form."""

    INTEGER = 1
    DATETIME = 2
    DATE = 3
    DECIMAL = 4
    OBJECT_ID = 5
    UUID = 6


class Mark(IntEnum):
    """What the list is that an empty extension opens; numbered on from the types."""

    TUPLE = 7
    SERVICE = 8


_MARKS = {mark.value: mark for mark in Mark}
_DECIMAL_TEXT = re.compile(r"-?(?:\d+(?:\.\d+)?(?:E[+-]\d{1,6})?|Infinity|NaN)", re.ASCII)
_INTEGER_LIMIT = 10**MAX_INTEGER_DIGITS


def read_extension(code: int, data: bytes) -> object:
    """Reads an extension of a message; a mark, if it is one.

    Raises:
        DecodeError: The type is unknown, or the data is none of that type.
    """
    if code in _MARKS and not data:
        return _MARKS[code]
    read = _READERS.get(code)
    if read is None:
        raise DecodeError(f"There is no extension type {code} of {len(data)} bytes.")
    return read(data)


def _read_integer(data: bytes) -> int:
    integer = int.from_bytes(data, signed=True)
    if abs(integer) >= _INTEGER_LIMIT:
        raise DecodeError(f"An integer has more than {MAX_INTEGER_DIGITS:,} digits.")
    return integer


def _read_decimal(data: bytes) -> Decimal:
    text = data.decode("ascii")
    if not _DECIMAL_TEXT.fullmatch(text):
        raise DecodeError("A decimal number is not written as one.")
    return _require_usable(Decimal(text), DecodeError)


def _require_usable(number: Decimal, error: type[ValueError]) -> Decimal:
    # int() of 1E+999999999, or its formatting, would take all memory.
    if number.is_finite() and abs(number.adjusted()) > MAX_DECIMAL_EXPONENT:
        raise error(f"A decimal number's exponent is beyond {MAX_DECIMAL_EXPONENT:,}.")
    return number


def _read_object_id(data: bytes) -> object:
    if len(data) != OBJECT_ID_BYTES:
        raise DecodeError(f"An ObjectId has {OBJECT_ID_BYTES} bytes, not {len(data)}.")
    try:
        object_id = importlib.import_module("bson.objectid").ObjectId
    except ImportError as error:
        raise DecodeError("It holds an ObjectId, and the package pymongo is not installed here.") from error
    return object_id(data)


_READERS: Mapping[int, Callable[[bytes], object]] = {
    _Code.INTEGER: _read_integer,
    _Code.DATETIME: lambda data: datetime.fromisoformat(data.decode("ascii")),
    _Code.DATE: lambda data: date.fromisoformat(data.decode("ascii")),
    _Code.DECIMAL: _read_decimal,
    _Code.OBJECT_ID: _read_object_id,
    _Code.UUID: lambda data: UUID(bytes=data),
}


def write_extension(value: Any) -> object:  # noqa: ANN401 - whatever MessagePack does not know
    """Gives what MessagePack packs in the value's place.

    Raises:
        EncodeError: The value is of none of the types.
    """
    for code, kind, write in _WRITERS:
        if type(value) is kind:
            return msgpack.ExtType(code, write(value))
    if type(value) is object_id_type():
        return msgpack.ExtType(_Code.OBJECT_ID, value.binary)
    raise EncodeError(f"A value of type {type(value).__name__} does not cross.")


def object_id_type() -> Any:  # noqa: ANN401 - a class of a package that may not be installed
    """The type of ObjectId; None while its package is not imported, when no value can be one."""
    return getattr(sys.modules.get("bson.objectid"), "ObjectId", None)


def _write_integer(integer: int) -> bytes:
    if abs(integer) >= _INTEGER_LIMIT:
        raise EncodeError(f"An integer of more than {MAX_INTEGER_DIGITS:,} digits does not cross.")
    return integer.to_bytes(integer.bit_length() // 8 + 1, signed=True)


def _write_decimal(number: Decimal) -> bytes:
    text = str(_require_usable(number, EncodeError)).encode()
    if len(text) > MAX_EXTENSION_BYTES or number.is_snan():
        raise EncodeError("A decimal number that signals, or has thousands of digits, does not cross.")
    return text


_WRITERS: tuple[tuple[_Code, type, Callable[[Any], bytes]], ...] = (
    (_Code.INTEGER, int, _write_integer),
    (_Code.DATETIME, datetime, lambda moment: moment.isoformat().encode()),
    (_Code.DATE, date, lambda day: day.isoformat().encode()),
    (_Code.DECIMAL, Decimal, _write_decimal),
    (_Code.UUID, UUID, lambda identifier: identifier.bytes),
)

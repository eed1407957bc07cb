"""The serialised form: right both ways, and nothing but `DecodeError` for what is wrong."""

import time
import tracemalloc
from collections import Counter, OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.sandbox.inside.codec import (
    MAX_DEPTH,
    MAX_ITEMS,
    DecodeError,
    EncodeError,
    ServiceArgument,
    Value,
    decode,
    encode,
)

keys = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.binary(), st.dates(), st.uuids())
scalars = st.one_of(
    keys,
    st.floats(allow_nan=False),
    st.text(alphabet=st.characters(categories=["Cs", "Lu"])),
    st.decimals(allow_nan=False, min_value=-(10**30), max_value=10**30),
    st.datetimes(),
    st.datetimes(timezones=st.just(timezone(timedelta(hours=-3, minutes=30)))),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(keys, inner), st.tuples(inner, inner)
    ),
    max_leaves=20,
)


def shape(value: object) -> object:
    """The value with every type beside it, since True == 1 and (1,) is sent like [1] by many."""
    if isinstance(value, dict):
        return (dict, [(shape(key), shape(item)) for key, item in value.items()])
    if isinstance(value, list | tuple):
        return (type(value), [shape(item) for item in value])
    return (type(value), str(value) if isinstance(value, Decimal | float) else value)


@given(values)
@example(-0.0)
@example(float("inf"))
@example(Decimal("-0.00"))
@example(Decimal("NaN"))
@example(10**3999)
@example(-(2**63) - 1)
@example(2**64)
@example("\ud800 lone")
@example({(1, (2,)): ((), [], {})})
@example(datetime(1, 1, 1, tzinfo=UTC))
def test_a_value_comes_back_as_it_was(value: Value) -> None:
    assert shape(decode(encode(value))) == shape(value)


@given(st.binary(max_size=200))
@example(b"")
@example(b"\xc1")
@example(b"\x81\x90\x01")
@example(b"\xd4\x07\x00")
@example(b"\xc7\x00\x07")
@example(b"\x81\xc7\x00\x07\x01")
@example(b"\xd6\xff\x00\x00\x00\x00")
@example(b"\xc7\x0c\xff" + b"\xff" * 12)
@example(b"\xc7\x03\x04" + b"1_0")
@example(b"\xc7\x09\x04" + b"1E+999999")
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except DecodeError:
        return
    # The bytes need not be the same: there are several ways to write a number.
    assert shape(decode(encode(value))) == shape(value) or "nan" in repr(value).lower()


@given(values, st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_value_is_a_value_or_refused(value: Value, damage: list[tuple[int, int]]) -> None:
    data = bytearray(encode(value))
    for place, byte in damage:
        data[place % len(data)] = byte
    try:
        found = decode(bytes(data))
    except DecodeError:
        return
    assert shape(decode(encode(found))) == shape(found) or "nan" in repr(found).lower()


@given(values, st.integers(1, 50))
def test_a_cut_value_is_refused(value: Value, missing: int) -> None:
    data = encode(value)
    with pytest.raises(DecodeError):
        decode(data[: max(0, len(data) - missing)])


def test_what_follows_a_value_is_refused() -> None:
    with pytest.raises(DecodeError, match="follows"):
        decode(encode(1) + b"\x01")


@pytest.mark.parametrize(
    "value",
    [
        Counter("aab"),
        OrderedDict(a=1),
        {1, 2},
        frozenset(),
        range(3),
        object(),
        1j,
        [{"deep": (type("Text", (str,), {})("x"),)}],
        type("Number", (int,), {})(3),
        Decimal("sNaN"),
        Decimal("1E+10001"),
        10**4000,
    ],
)
def test_only_exact_types_are_sent(value: Value) -> None:
    with pytest.raises(EncodeError):
        encode(value)


def test_a_list_that_contains_itself_is_not_sent() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(EncodeError):
        encode(endless)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (msgpack.packb(msgpack.ExtType(99, b"")), "extension type 99"),
        (msgpack.packb(msgpack.ExtType(1, b"\x7f" * 1700)), "4,000 digits"),
        (msgpack.packb(msgpack.ExtType(4, b"1E+99999")), "exponent"),
        (msgpack.packb(msgpack.ExtType(4, b"sNaN")), "not written as one"),
        (msgpack.packb(msgpack.ExtType(4, "١".encode())), "no serialised value"),  # noqa: RUF001 - a digit, not ASCII
        (msgpack.packb(msgpack.ExtType(5, b"short")), "12 bytes"),
        (msgpack.packb(msgpack.ExtType(6, b"short")), "no serialised value"),
        (msgpack.packb(msgpack.ExtType(2, b"2020-13-01")), "no serialised value"),
        (msgpack.packb(msgpack.ExtType(7, b"")), "mark"),
        (msgpack.packb([1, msgpack.ExtType(7, b"")]), "mark"),
        (msgpack.packb({"a": [msgpack.ExtType(7, b""), msgpack.ExtType(8, b"")]}), "mark"),
        (msgpack.packb([msgpack.ExtType(8, b""), "redis", "url", "redis.Redis"]), "service"),
        (b"\x91" * (MAX_DEPTH + 1) + b"\x01", "deep"),
        (b"\x91" * 100_000 + b"\x01", "no serialised value"),
        (b"\x81\x90\x01", "no serialised value"),
        (b"\xdd" + (MAX_ITEMS + 1).to_bytes(4) + b"\xd4\x045" * (MAX_ITEMS + 1), "exceeds"),
        (b"\xdf" + (MAX_ITEMS + 1).to_bytes(4) + b"\xc0\xc0" * (MAX_ITEMS + 1), "exceeds"),
        (b"\x92" + 2 * (b"\xdd" + (MAX_ITEMS // 2).to_bytes(4) + b"\xc0" * (MAX_ITEMS // 2)), "values in it"),
    ],
)
def test_refuses_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        decode(data)


def test_nesting_is_allowed_up_to_the_limit() -> None:
    data = b"\x91" * MAX_DEPTH + b"\x01"
    assert encode(decode(data)) == data


def test_announced_but_missing_items_take_no_memory() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError):
            decode(b"\xdd\x00\xff\xff\xff" * 1000 + b"\xc0" * 1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


def test_keys_made_to_collide_do_not_stop_the_reader() -> None:
    modulus = 2**61 - 1
    colliding = [msgpack.ExtType(1, (7 + n * modulus).to_bytes(16)) for n in range(1, 60_001)]
    data = b"\xdf" + len(colliding).to_bytes(4) + b"".join(msgpack.packb(key) + b"\xc0" for key in colliding)
    started = time.monotonic()
    with pytest.raises(DecodeError, match="neither text nor small numbers"):
        decode(data)
    assert time.monotonic() - started < 3


def test_a_service_becomes_what_the_receiver_makes_of_it() -> None:
    argument = ServiceArgument("redis", "redis://h:1/0", "redis.Redis")
    data = encode([argument, {"again": argument}])
    assert decode(data, lambda service: service.url) == ["redis://h:1/0", {"again": "redis://h:1/0"}]


def test_a_date_is_no_moment() -> None:
    value = decode(encode([date(2020, 2, 29), datetime(2020, 2, 29)]))  # noqa: DTZ001 - naive ones cross too
    assert [type(item) for item in value] == [date, datetime]  # type: ignore[union-attr] # it is a list


def test_an_identifier_keeps_its_type() -> None:
    assert decode(encode({UUID(int=5): 1})) == {UUID(int=5): 1}

"""What a student process sends: frames, values, answers, output."""

import math
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bson.objectid import ObjectId

from grader.errors import CallError
from grader.sandbox.answers import MAX_MESSAGE, MAX_TRACEBACK, read_answer
from grader.sandbox.channel import Channel, ChannelClosedError, ForgeryError
from grader.sandbox.inside.codec import DecodeError, ServiceArgument, decode, encode
from grader.sandbox.inside.protocol import HEADER, Kind
from grader.sandbox.output import OutputReader
from tests.fuzz.hostile import Luck, refusing, text
from tests.fuzz.mutations import data, mutated

__all__ = ["answer", "frames", "output", "value"]

_EXACT = frozenset(
    (type(None), bool, int, float, str, bytes, datetime, date, Decimal, ObjectId, UUID, list, tuple, dict)
)
_ODD: Sequence[Callable[[Luck], Any]] = (
    lambda luck: luck.choice((None, True, False)),
    lambda luck: luck.randrange(-(1 << 70), 1 << 70),
    lambda luck: luck.choice((0.1, math.nan, math.inf, -0.0, 5e-324)),
    text,
    data,
    lambda luck: datetime(luck.randrange(1, 10_000), 1, 31, 23, 59, 59, luck.randrange(10**6), UTC),
    lambda luck: date(luck.randrange(1, 10_000), 12, 31),
    lambda luck: Decimal(luck.choice(("0", "-1.50", "1E+9999", "NaN", "Infinity", "123456789.000000001"))),
    lambda luck: ObjectId(luck.randbytes(12)),
    lambda luck: UUID(bytes=luck.randbytes(16)),
)
_FRAME_BYTES = 4096
_KEPT_BYTES = 500
_WAIT_S = 4.0


def _any_value(luck: Luck, depth: int = 3) -> Any:  # noqa: ANN401 - any value that crosses
    kind = luck.randrange(8) if depth else 7
    if kind == 0:
        return [_any_value(luck, depth - 1) for _ in range(luck.randrange(4))]
    if kind == 1:
        return tuple(_any_value(luck, depth - 1) for _ in range(luck.randrange(4)))
    if kind == 2:
        return {luck.choice(_ODD)(luck): _any_value(luck, depth - 1) for _ in range(luck.randrange(4))}
    return luck.choice(_ODD)(luck)


def _require_exact(found: Any) -> None:  # noqa: ANN401 - what came
    left = [found]
    while left:
        item = left.pop()
        assert type(item) in _EXACT, f"a value of type {type(item).__name__} came through"
        if type(item) is dict:
            left += [*item, *item.values()]
        elif type(item) in {list, tuple}:
            left += item


def value(luck: Luck) -> None:
    """Bytes where a serialised value should be are refused, or a value of exact types that crosses again."""
    kind = luck.random()
    if kind < 0.2:
        content = luck.randbytes(luck.randrange(100))
    elif kind < 0.25:
        content = luck.choice(
            (b"\x91", b"\x81\x00", b"\xdd\xff\xff\xff\xff", b"\xc7", b"\x92\xc7\x00\x07")
        ) * luck.randrange(300)
    else:
        content = encode(ServiceArgument("redis", text(luck), text(luck)) if kind < 0.3 else _any_value(luck))
        content = mutated(luck, content)
    with refusing(DecodeError):
        found = decode(content)
        _require_exact(found)
        again = decode(encode(found))
        assert repr(again) == repr(found)


def answer(luck: Luck) -> None:
    """A forged answer is a value of exact types, or an error of the student's with bounded texts."""
    question = b"question"
    kinds = (*(kind.value for kind in Kind), "", 1, None)
    said: dict[str, Any] = {
        "id": question,
        "kind": luck.choice(kinds),
        "value": _any_value(luck),
        "message": text(luck) * luck.choice((1, 1, 500)),
    }
    said |= {"traceback": text(luck), "type": text(luck)}
    for key in [key for key in said if luck.random() < 0.1]:
        said[key] = _any_value(luck)
    for key in [key for key in said if luck.random() < 0.05]:
        del said[key]
    content = encode(said)
    try:
        _require_exact(read_answer(mutated(luck, content, 3), question, 1 << 30))
    except CallError as error:
        assert len(error.message) <= MAX_MESSAGE + 200  # noqa: PT017 (most inputs are refused, and some are harmless)
        assert len(error.traceback) <= MAX_TRACEBACK + 200  # noqa: PT017 (most inputs are refused, and some are harmless)


def frames(luck: Luck) -> None:
    """A stream that is no stream of frames ends in an error of the channel, and never in a wait."""
    stream = b"".join(
        HEADER.pack(len(piece)) + piece for piece in (data(luck) for _ in range(luck.randrange(4)))
    )
    ours, theirs = socket.socketpair()
    with ours, theirs, suppress(ChannelClosedError, ForgeryError):
        sent = mutated(luck, stream)
        theirs.sendall(sent)
        theirs.close()
        channel = Channel(ours, _FRAME_BYTES)
        for _ in range(len(sent) // HEADER.size + 1):
            assert len(channel.receive(time.monotonic() + _WAIT_S)) <= _FRAME_BYTES
            channel.has_pending()
            channel.is_open()
        raise AssertionError("more frames than were sent")


def output(luck: Luck) -> None:
    """Output of any bytes is kept up to its limit, as text that can be encoded."""
    reading, writing = os.pipe()
    told: list[bool] = []
    content = b"".join(data(luck) for _ in range(luck.randrange(8)))
    limit = luck.choice((10, 10_000))
    reader = OutputReader(reading, _KEPT_BYTES, limit, lambda: told.append(True))
    try:
        os.write(writing, content)
    finally:
        os.close(writing)
        reader.close()
    found = reader.text()
    found.encode()
    assert reader.has_exceeded is (len(content) > limit)
    assert ("more bytes were printed" in found) >= (len(content) > _KEPT_BYTES)
    assert len(told) == reader.has_exceeded

"""Return values made plain: subclasses pass as their base type, what has no plain form is named."""

import asyncio
import enum
import sqlite3
from collections import Counter, OrderedDict, defaultdict, namedtuple
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn
from uuid import UUID

import pytest

from grader.sandbox.inside.child import plain
from grader.sandbox.inside.child.plain import NotPlainError, make_plain
from grader.sandbox.inside.codec import decode, encode


class Level(enum.IntEnum):
    """A number with a name."""

    HIGH = 3


class Name(enum.StrEnum):
    """A text with a name."""

    ADA = "Ada"


Pair = namedtuple("Pair", ["left", "right"])  # noqa: PYI024 - what students write


def _evil(*_: object) -> NoReturn:
    raise AssertionError("the value's own method was called")


_METHODS = (
    "__eq__ __hash__ __repr__ __str__ __int__ __float__ __index__ __len__ __iter__ __getitem__ __bool__ "
    "__getattribute__ __class_getitem__ __reduce__ __format__ __bytes__ "
    "items keys values isoformat toordinal utcoffset"
)


def evil(base: type, *arguments: Any) -> Any:  # noqa: ANN401 - one of many types
    """A value whose every method fails the test."""
    methods = {name: _evil for name in _METHODS.split() if hasattr(base, name)}
    return type("Evil", (base,), methods)(*arguments)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Level.HIGH, 3),
        (Name.ADA, "Ada"),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (defaultdict(list, x=[Pair(1, 2)]), {"x": [(1, 2)]}),
        (Pair(Level.HIGH, [Pair(1, 2)]), (3, [(1, 2)])),
        ({Name.ADA: Level.HIGH, Pair(1, 2): None}, {"Ada": 3, (1, 2): None}),
        (evil(str, "text"), "text"),
        (evil(int, 7), 7),
        (evil(float, 1.5), 1.5),
        (evil(bytes, b"raw"), b"raw"),
        (evil(list, [1, evil(int, 2)]), [1, 2]),
        (evil(tuple, (1, 2)), (1, 2)),
        (evil(dict, {"a": evil(str, "b")}), {"a": "b"}),
        (evil(date, 2020, 2, 29), date(2020, 2, 29)),
        (evil(Decimal, "1.20"), Decimal("1.20")),
        (type("Moment", (datetime,), {})(2020, 1, 2, 3, 4, 5, 6), datetime(2020, 1, 2, 3, 4, 5, 6)),  # noqa: DTZ001
        (type("Identifier", (UUID,), {})(int=9), UUID(int=9)),
        (True, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_subclasses_become_their_base_type(value: object, expected: object) -> None:
    made = make_plain(value)
    assert made == expected
    assert type(made) is type(expected)
    assert decode(encode(made)) == expected


def test_a_row_of_a_database_is_a_tuple() -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("select 1 as a, 'x' as b").fetchall()
    connection.close()
    assert make_plain(rows) == [(1, "x")]


def test_a_zone_of_the_students_becomes_a_fixed_offset() -> None:
    class Zone(tzinfo):
        def utcoffset(self, _: datetime | None) -> timedelta:
            return timedelta(hours=2)

        def dst(self, _: datetime | None) -> timedelta | None:
            return None

        def tzname(self, _: datetime | None) -> str:
            return "here"

    made = make_plain([datetime(2020, 1, 1, tzinfo=Zone()), datetime(2020, 1, 1, tzinfo=UTC)])
    assert made == [
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        datetime(2020, 1, 1, tzinfo=UTC),
    ]
    assert type(made[0].tzinfo) is timezone  # type: ignore[index] # a list of datetimes


def test_the_students_own_value_is_not_changed() -> None:
    value = {"list": [Level.HIGH], "dict": {"a": Level.HIGH}}
    make_plain(value)
    assert type(value["list"][0]) is Level  # type: ignore[index] # it is the list


def _generator() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({1, 2}, "result is of type set, which is no plain value; give a list"),
        (_generator(), "result is of type generator, which is no plain value; give a list"),
        ([1, {"mass": [0, _generator()]}], "result[1]['mass'][1] is of type generator"),
        (((), Pair(1, {"a": object()})), "result[1][1]['a'] is of type object"),
        ({frozenset(): 1}, "result has a key that is of type frozenset"),
        ({b"k": {"x" * 100: 1j}}, "result[b'k']['xxxxx"),
        ({1: 2}.keys(), "type dict_keys"),
        (MappingProxyType({}), "type mappingproxy"),
        (bytearray(b"x"), "type bytearray"),
        (Pair, "type type"),
        (enum.Enum("Colour", "RED").RED, "Colour"),  # type: ignore[attr-defined] # a member made at run time
        (asyncio.Queue, "type type"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_plain_form_is_named_with_its_place(value: object, message: str) -> None:
    with pytest.raises(NotPlainError) as caught:
        make_plain(value)
    assert message in str(caught.value)


def test_what_contains_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(NotPlainError, match="contains itself"):
        make_plain(endless)


def test_what_grows_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MAX_ITEMS", 1000)
    value: object = []
    for _ in range(60):
        value = [value, value]
    with pytest.raises(NotPlainError, match="more than 1,000 values"):
        make_plain(value)

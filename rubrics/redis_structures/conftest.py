"""Texts and names made from the seed, and what several checks look at in the server."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from random import Random
from reprlib import Repr
from typing import Any

import pytest
import redis as redis_driver

from grader import Redis

Words = list[bytes]
Step = list[Words]

BEYOND_ASCII = ("Ådalen", "Łowicz", "Río Negro", "Õkara", "隕石", "Žebrák")
PLACES = (*BEYOND_ASCII, "D'Orbigny", "100% Iron_Creek", "Aachen")
ODD_TEXTS = (
    "None", "null", "true", "0", "007", "1e5", "-1", " ", "  two blanks  ", "tab\tand\nline end", '"quoted"',
    "D'Orbigny", "100 % _ {0} %s", "back\\slash", "Å is not A\u030a", "🌠 Чебаркуль 隕石", "nul\x00inside",
    "a,b;c|d", "with:colon", "b'bytes'", "[1, 2]", "*", "h?llo", "Case", "case",
)  # fmt: skip
LONG = 40_000
REPLAY_LIMIT_S = 10
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60


@pytest.fixture
def random(seed: int) -> Random:
    """The check's own numbers."""
    return Random(f"{seed} structures")


@pytest.fixture
def names(random: Random) -> Callable[[int], list[str]]:
    """Makes so many names, all different; the first is never plain ASCII, whatever the seed."""

    def make(number: int) -> list[str]:
        chosen = random.sample(range(1_000, 100_000), number)
        places = [random.choice(BEYOND_ASCII), *random.choices(PLACES, k=number - 1)]
        return [f"{place} {one}" for place, one in zip(places, chosen, strict=True)]

    return make


@pytest.fixture
def odd_texts(random: Random) -> list[str]:
    """Texts as nobody expects them, none empty, in any order; the last is very long."""
    texts = list(ODD_TEXTS)
    random.shuffle(texts)
    return [*texts, "x" * LONG + str(random.randrange(1_000))]


@pytest.fixture
def show() -> Callable[[object], str]:
    """A value as a message has it: cut where it is long."""
    return SHORT.repr


@pytest.fixture
def is_texts() -> Callable[[object, list[str]], bool]:
    """Whether what came back is a list of just these texts, in this order."""
    return lambda found, expected: isinstance(found, list | tuple) and list(found) == expected


@pytest.fixture
def texts_in_any_order() -> Callable[[object, list[str]], bool]:
    """Whether what came back is a list of just these texts, each once, in any order."""

    def compare(found: object, expected: list[str]) -> bool:
        if not isinstance(found, list | tuple) or any(type(item) is not str for item in found):
            return False
        return sorted(found) == sorted(expected)

    return compare


@pytest.fixture
def ranking_fault() -> Callable[[dict[str, int], int, object], str]:
    """What is wrong with what `leaders(rd, n)` gave where players have these points; empty if nothing."""
    return describe_ranking


def describe_ranking(points: dict[str, int], n: int, found: object) -> str:
    """See the fixture `ranking_fault`."""
    expected = sorted(points.values(), reverse=True)[:n]
    if not isinstance(found, list | tuple):
        return f"expected a list, found {SHORT.repr(found)}"
    for place, pair in enumerate(found[: len(expected)]):
        if not _is_pair(pair):
            return f"expected pairs of a text and an int, found {SHORT.repr(pair)}"
        if pair[1] != expected[place]:
            return f"expected {expected[place]} points at place {place + 1}, found {SHORT.repr(pair)}"
        if points.get(pair[0]) != pair[1]:
            return f"found {SHORT.repr(pair)}, and that player has other points or none"
    if len(found) != len(expected):
        return f"expected {len(expected)} pairs, found {len(found)}"
    return "expected each player once" if len({pair[0] for pair in found}) != len(found) else ""


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list | tuple) and [type(part) for part in pair] == [str, int]


@pytest.fixture
def keys_calls(redis: Redis) -> Callable[[], int]:
    """Looks how often KEYS has run, in scripts too."""

    def look() -> int:
        commands: dict[str, Any] = redis.client.info("commandstats")
        return commands.get("cmdstat_keys", {"calls": 0})["calls"]

    return look


@pytest.fixture
def writes_held(redis: Redis) -> Callable[[], AbstractContextManager[None]]:
    """Lets the server hold back whoever wants to write, until the end of the block; reading goes on."""

    @contextmanager
    def held() -> Iterator[None]:
        # Longer than any block; a client of the student's gives up, and tries again, after 5 s.
        redis.client.client_pause(30_000, all=False)
        try:
            yield
        finally:
            redis.client.client_unpause()

    return held


@pytest.fixture
def waiting_clients(redis: Redis) -> Callable[[], int]:
    """Looks how many clients the server lets wait."""
    return lambda: sum("b" in client["flags"] for client in redis.client.client_list())


@pytest.fixture
def record(redis: Redis) -> Callable[[Callable[[], object]], list[Step]]:
    """Gives what the server did during some work, step by step; a transaction or a script is one step."""

    def recorded(work: Callable[[], object]) -> list[Step]:
        lines, mark = [], secrets.token_hex(16)
        with _own_connection(redis.client) as connection:
            connection.send_command("MONITOR")
            connection.read_response()
            work()
            redis.client.echo(mark)
            while mark.encode() not in (line := connection.read_response()):
                lines.append(line)
        return _steps(lines)

    return recorded


@pytest.fixture
def replay(redis: Redis) -> Callable[[list[Step]], Iterator[None]]:
    """Does recorded steps once more; after each the server can be looked at."""

    def replayed(steps: list[Step]) -> Iterator[None]:
        # With the student's rights, since scripts are among them, and not for longer than any look.
        student = redis_driver.Redis.from_url(redis.url, socket_timeout=REPLAY_LIMIT_S)
        with student, _own_connection(student) as connection:
            for step in steps:
                for words in step:
                    _ask(connection, words)
                yield

    return replayed


@contextmanager
def _own_connection(client: redis_driver.Redis) -> Iterator[Any]:
    pool = client.connection_pool
    connection = pool.get_connection()
    try:
        yield connection
    finally:
        connection.disconnect()
        pool.release(connection)


def _ask(connection: Any, words: Words) -> None:  # noqa: ANN401 - the driver has several kinds
    connection.send_command(*words)
    try:
        connection.read_response()
    except redis_driver.ResponseError:
        # What failed when it was recorded fails now, as a script that the server does not know yet.
        return


LINE = re.compile(rb'\S+ \[\d+ (\S+)\] (".*)', re.DOTALL)
WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
# They concern a connection and not the data.
OF_THE_CONNECTION = {b"AUTH", b"CLIENT", b"HELLO", b"PING", b"QUIT", b"RESET", b"SELECT"}


def _steps(lines: list[bytes]) -> list[Step]:
    """The steps that the lines of MONITOR tell of."""
    steps: list[Step] = []
    transactions: dict[bytes, Step] = {}
    for line in lines:
        source, words = _parsed(line)
        name = words[0].upper()
        # What a script does comes with the script.
        if source == b"lua" or name in OF_THE_CONNECTION:
            continue
        if name == b"MULTI":
            transactions[source] = [words]
        elif name == b"EXEC":
            steps.append([*transactions.pop(source, []), words])
        elif name == b"DISCARD":
            transactions.pop(source, None)
        elif source in transactions:
            transactions[source].append(words)
        else:
            steps.append([words])
    return steps


def _parsed(line: bytes) -> tuple[bytes, Words]:
    """Who sent a command, and its words."""
    found = LINE.fullmatch(line)
    if found is None:
        return b"lua", [b""]
    words = [word.decode("unicode_escape").encode("latin-1") for word in WORD.findall(found[2])]
    return found[1], words

"""Landings as in NASA's data set, made from the seed, and what several checks look at in the server."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, fields
from math import isclose
from random import Random
from reprlib import Repr
from threading import Timer
from typing import Any

import pytest

from grader import CallError, Redis, StudentProcess

Landing = dict[str, Any]

OPTIONAL = ("recclass", "mass (g)", "year", "reclat", "reclong")
PLACES = (
    "Aachen", "Aarhus", "Ådalen", "Łowicz", "Nuñez", "Río Negro", "Sainte-Ménehould", "D'Orbigny", "Õkara",
    "Allan Hills", '"Old Woman"', "100% Iron_Creek", "隕石", "Žebrák", "Yamato", "Córdoba \\ Norte", "Šarić",
)  # fmt: skip
CLASSES = (
    "L5", "L6", "L5/6", "H4", "H5", "H6", "H~5", "LL6", "CM2", "CV3", "Eucrite", "Diogenite", "Howardite",
    "Iron, IIAB", "Iron, IVA-an", "Mesosiderite-A3", "Martian (shergottite)", "Stone-uncl",
)  # fmt: skip
NAME_CHARACTERS = 1_500
FIRST_STORED_S = 1.5
SAVE_LOOK_S = 0.01
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60


def make_landings(random: Random, number: int, first_id: int = 8) -> list[Landing]:
    """Landings with namesakes, ids of one to five digits, and here and there a field missing.

    Whatever the seed, the first four and the last lack nothing and have plain names, so that a check of one
    thing can use them, and every other trouble is there at least once.
    """
    numbers = [
        *range(first_id, first_id + 4),
        *random.sample(range(first_id + 4, first_id + 50_000), number - 4),
    ]
    random.shuffle(numbers)
    landings = [_landing(random, str(landing_number)) for landing_number in numbers]
    for place in (*range(10), -1):
        landings[place] = _whole_landing(random, str(numbers[place]), "Aachen")
    for place, field in ((4, "mass (g)"), (5, "year"), (6, "recclass"), (8, "year")):
        del landings[place][field]
    landings[4]["recclass"] = landings[7]["recclass"] = "L6"
    landings[8]["name"] = landings[9]["name"] = "Namesake"
    return landings


def _landing(random: Random, landing_id: str) -> Landing:
    landing = _whole_landing(random, landing_id, random.choice(PLACES))
    if random.random() < len(OPTIONAL) / 15:
        del landing[random.choice(OPTIONAL)]
    return landing


def _whole_landing(random: Random, landing_id: str, place: str) -> Landing:
    return {
        "name": f"{place} {random.randrange(100_000)}",
        "id": landing_id,
        "recclass": random.choice(CLASSES),
        "mass (g)": _mass(random),
        "year": f"{random.randrange(1400, 2014)}-01-01T00:00:00.000",
        "reclat": f"{random.uniform(-90, 90):.6f}",
        "reclong": f"{random.uniform(-180, 180):.6f}",
    }


def _mass(random: Random) -> str:
    kind = random.random()
    if kind < 0.05:
        return "0"
    if kind < 0.3:
        return f"{random.uniform(0, 100):.2f}"
    return str(round(10 ** random.uniform(0, 7.7)))


@pytest.fixture
def landings(seed: int) -> list[Landing]:
    """As many as most checks need, so that each is quick; how many depends on the seed."""
    random = Random(f"{seed} landings")
    return make_landings(random, random.randrange(120, 180))


@pytest.fixture
def thousand_landings(seed: int) -> list[Landing]:
    """A thousand and some."""
    random = Random(f"{seed} thousand")
    return make_landings(random, random.randrange(1_000, 1_100))


@pytest.fixture
def further_landings(seed: int) -> list[Landing]:
    """Some hundred, none of them with an id that is among `landings`."""
    random = Random(f"{seed} further")
    return make_landings(random, random.randrange(450, 550), first_id=60_000)


@pytest.fixture
def bulky_landings(further_landings: list[Landing]) -> list[Landing]:
    """Landings with names so long that the server needs many reads for them, however they are sent."""
    return [{**landing, "name": landing["name"].ljust(NAME_CHARACTERS, "!")} for landing in further_landings]


@pytest.fixture
def all_landings(seed: int) -> list[Landing]:
    """As many as NASA's data set has, 45,000: a thousand different ones over and over, with other ids."""
    some = make_landings(Random(f"{seed} all"), 1_000)
    return [
        {**landing, "id": str(turn * 1_000 + place)}
        for turn in range(45)
        for place, landing in enumerate(some)
    ]


@pytest.fixture
def show() -> Callable[[object], str]:
    """A value as a message has it: cut where it is long."""
    return SHORT.repr


@pytest.fixture
def difference() -> Callable[[Landing, object], str]:
    """How a landing that came back differs from the one that was loaded; empty if it does not."""
    return describe_difference


def describe_difference(expected: Landing, found: object) -> str:
    """See the fixture `difference`."""
    if type(found) is not dict:
        return f"expected the dict of that landing, found {SHORT.repr(found)}"
    for field, value in expected.items():
        if field not in found:
            return f"expected {SHORT.repr(value)} in the field {field!r}, found only {_names(found)}"
        if type(found[field]) is not type(value) or found[field] != value:
            return f"expected {SHORT.repr(value)} in the field {field!r}, found {SHORT.repr(found[field])}"
    left_over = [field for field in found if field not in expected]
    return f"expected no field {SHORT.repr(left_over[0])}, since that landing has none" if left_over else ""


def _names(found: dict[Any, Any]) -> str:
    return ", ".join(SHORT.repr(name) for name in list(found)[:8]) or "an empty dict"


@pytest.fixture
def ranking_fault() -> Callable[[list[Landing], int, object], str]:
    """What is wrong with what `heaviest(rd, n)` gave, once these landings were loaded; empty if nothing."""
    return describe_ranking


def describe_ranking(landings: list[Landing], n: int, found: object) -> str:
    """See the fixture `ranking_fault`."""
    masses = {landing["id"]: float(landing["mass (g)"]) for landing in landings if "mass (g)" in landing}
    expected = sorted(masses.values(), reverse=True)[:n]
    if not isinstance(found, list | tuple):
        return f"expected a list, found {SHORT.repr(found)}"
    for place, pair in enumerate(found):
        if not _is_pair(pair):
            return f"expected pairs of an id as text and a mass as float, found {SHORT.repr(pair)}"
        if place < len(expected) and not isclose(pair[1], expected[place], rel_tol=1e-9):
            return f"expected {expected[place]!r} g at place {place + 1}, found {SHORT.repr(pair)}"
        if not isclose(masses.get(pair[0], -1), pair[1], rel_tol=1e-9):
            return f"found {SHORT.repr(pair)}, and that landing has another mass or none"
    if len(found) != len(expected):
        return f"expected {len(expected)} pairs, found {len(found)}"
    return "expected each landing once" if len({pair[0] for pair in found}) != len(found) else ""


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and type(pair[0]) is str and _is_number(pair[1])


def _is_number(value: object) -> bool:
    return type(value) in (float, int)


@pytest.fixture
def stored_ids(redis: Redis) -> Callable[[], list[str]]:
    """Gives the ids of all keys `meteorite:<id>`, sorted, as the grader's own client finds them now."""

    def look() -> list[str]:
        found = set(redis.client.scan_iter("meteorite:*", count=5_000))
        return sorted(key.decode("utf-8", "replace").removeprefix("meteorite:") for key in found)

    return look


@dataclass(frozen=True)
class Work:
    """What the server has done since it started; the difference of two looks is what it did between them.

    Nothing is reset, so that a look changes nothing. The grader's own share is two reads a look.

    Attributes:
        reads: How often it read from a connection.
        lookups: How many keys commands looked up to read them, in scripts and SORT too.
        sent_bytes: What it answered.
        keys_calls: How often KEYS ran.
    """

    reads: int
    lookups: int
    sent_bytes: int
    keys_calls: int

    def __sub__(self, earlier: "Work") -> "Work":
        return Work(*(getattr(self, field.name) - getattr(earlier, field.name) for field in fields(self)))


@pytest.fixture
def work(redis: Redis) -> Callable[[], Work]:
    """Looks how much the server has done so far."""

    def look() -> Work:
        stats, commands = redis.client.info("stats"), redis.client.info("commandstats")
        return Work(
            reads=stats["total_reads_processed"],
            lookups=stats["keyspace_hits"] + stats["keyspace_misses"],
            sent_bytes=stats["total_net_output_bytes"],
            keys_calls=commands.get("cmdstat_keys", {"calls": 0})["calls"],
        )

    return look


@pytest.fixture
def slow_saving(redis: Redis) -> Callable[[float], AbstractContextManager[None]]:
    """Makes the server take its time over a save: one that nobody awaits is never done by luck."""

    @contextmanager
    def slow(seconds: float) -> Iterator[None]:
        # One that nobody awaited last time is not to be in the way of the next.
        while redis.client.info("persistence")["rdb_bgsave_in_progress"]:
            time.sleep(SAVE_LOOK_S)
        delay_us = round(seconds * 1e6 / max(1, redis.client.dbsize()))
        redis.client.config_set("rdb-key-save-delay", delay_us)
        # Who waits for LASTSAVE to change, as its page says, waits for ever where the last save was in the
        # same second. Once all is saved, another save in another second harms nobody and ends the wait. Who
        # saves after another save, each as long as this, is through by then.
        again = Timer(1.2 + 2 * seconds, _save_again, [redis])
        again.start()
        try:
            yield
        finally:
            again.cancel()
            again.join()
            redis.client.config_set("rdb-key-save-delay", 0)

    return slow


def _save_again(redis: Redis) -> None:
    state = redis.client.info("persistence")
    if not state["rdb_changes_since_last_save"] and not state["rdb_bgsave_in_progress"]:
        redis.client.bgsave()


@pytest.fixture
def await_first(redis: Redis) -> Callable[[list[Landing]], None]:
    """Waits until some of these landings are stored, for a second and a half at most."""

    def wait(landings: list[Landing]) -> None:
        keys = [f"meteorite:{landing['id']}" for landing in landings[::20]]
        deadline = time.monotonic() + FIRST_STORED_S
        while not redis.client.exists(*keys) and time.monotonic() < deadline:
            pass

    return wait


@pytest.fixture
def cut_off_load(redis: Redis) -> Callable[[StudentProcess, list[Landing]], None]:
    """Lets a program load landings into a server whose memory ends in the middle, and kills the program.

    Thus some are stored and not all, however quick or slow the machine is: somebody who merely looked often
    would see a whole pipeline go through between two looks. A load in one step stores nothing.
    """

    def cut_off(program: StudentProcess, landings: list[Landing]) -> None:
        size_bytes = sum(len(text) for landing in landings for text in landing.values())
        limit_bytes = redis.client.config_get("maxmemory")["maxmemory"]
        redis.client.config_set("maxmemory", redis.client.info("memory")["used_memory"] + size_bytes // 2)
        # Whether the load raises or gives up, it has been cut off.
        with suppress(CallError):
            program.call("load", redis, landings)
        program.kill()
        redis.client.config_set("maxmemory", limit_bytes)

    return cut_off

"""What the server has to do for a load and for a question: counted there, never timed."""

import time
from collections.abc import Callable
from typing import Any

from grader import Redis, Submission, check

LookAtWork = Callable[[], Any]

# A command at a time makes one read or more for a landing; batches of 500 to 3,000 one for 13 to 100 of them.
LANDINGS_A_READ = 5
# How often a running load is looked at, after how many looks without news it counts as done, and how many it
# has to begin.
WATCH_S = 0.02
QUIET_LOOKS = 5
START_LOOKS = 100
READS_A_LOOK = 2

# A module can do something already when it is imported.
IMPORTING = """
import meteorites

def nothing():
    pass
"""


@check(
    points=3,
    criterion="performance",
    hint="Each command that you send alone waits for its answer. rd.pipeline() sends many at once.",
)
def test_loads_in_few_round_trips(
    submission: Submission, redis: Redis, further_landings: list[dict], work: LookAtWork
) -> None:
    """Some hundred landings are loaded in few round trips"""
    before = work()
    submission.call("load", redis, further_landings)
    reads, limit = (work() - before).reads, len(further_landings) // LANDINGS_A_READ
    assert redis.client.dbsize() > len(further_landings) // 2, (
        "load() did not give each landing a key of its own"
    )
    assert reads <= limit, (
        f"the server read {reads} times for {len(further_landings)} landings, expected {limit} at most"
    )


@check(
    points=4,
    criterion="performance",
    hidden=True,
    timeout_s=60,
    hint="Send commands in batches, of 1,000 for instance, and read no more than you must.",
)
def test_loads_45000_landings_in_few_round_trips(
    submission: Submission, redis: Redis, all_landings: list[dict], work: LookAtWork
) -> None:
    """All 45,000 landings are loaded in few round trips"""
    limit = len(all_landings) // LANDINGS_A_READ
    submission.call("load", redis, all_landings[:1])
    before = work()
    pending = submission.send("load", redis, all_landings)
    reads = watched_reads(work, before, limit)
    if reads <= limit:
        pending.value()
        reads = (work() - before).reads
        stored = redis.client.dbsize()
        assert stored > len(all_landings) // 2, (
            f"{stored} keys are there after a load of {len(all_landings)} landings"
        )
    assert reads <= limit, f"the server had to read more than {limit} times for {len(all_landings)} landings"


def watched_reads(work: LookAtWork, before: Any, limit: int) -> int:  # noqa: ANN401 - the fixture's own record
    """Watches a load until it is over the limit, or looks done, and gives the reads that it took so far.

    A load that sends one command a landing is soon over the limit; to see it through would take long.
    """
    reads, looks, quiet_looks = 0, 0, 0
    while reads <= limit and quiet_looks < QUIET_LOOKS and (reads or looks < START_LOOKS):
        time.sleep(WATCH_S)
        looks += 1
        now = (work() - before).reads - looks * READS_A_LOOK
        quiet_looks = quiet_looks + 1 if now == reads and reads else 0
        reads = max(now, 0)
    return reads


@check(
    points=3,
    criterion="performance",
    hint="Reading all landings to pick a few gets slower with each landing. While loading, keep a set of ids "
    "for each class, and a sorted set of the masses.",
)
def test_questions_read_few_landings(
    submission: Submission, redis: Redis, further_landings: list[dict], work: LookAtWork
) -> None:
    """by_class() and heaviest() do not read every landing"""
    submission.call("load", redis, further_landings)
    # Whoever asks a variable, or a file, does no work at the server.
    submission.start_afresh()
    size_bytes = sum(len(text) for landing in further_landings for text in (*landing, *landing.values()))
    for question, argument in (("by_class", "L6"), ("heaviest", 10)):
        before = work()
        found = submission.call(question, redis, argument)
        done = work() - before
        assert found, f"{question}(rd, {argument!r}) gives nothing"
        assert done.lookups < len(further_landings) // 2, (
            f"{question}(rd, {argument!r}) looked up {done.lookups} keys, of {len(further_landings)} landings"
        )
        assert done.sent_bytes < size_bytes // 2, (
            f"{question}(rd, {argument!r}) had {done.sent_bytes} bytes sent; all landings have {size_bytes}"
        )


@check(
    points=2,
    criterion="performance",
    hint="KEYS goes through the whole database and lets nobody else in meanwhile. SCAN does it in small "
    "steps: rd.scan_iter(match=...).",
)
def test_never_uses_keys(
    submission: Submission, redis: Redis, landings: list[dict], work: LookAtWork
) -> None:
    """No function uses KEYS"""
    before = work()
    submission.probe(IMPORTING, "nothing")
    assert (work() - before).keys_calls == 0, "importing meteorites.py used KEYS"
    before = work()
    submission.call("load", redis, landings)
    assert (work() - before).keys_calls == 0, "load() used KEYS"
    submission.start_afresh()
    questions: tuple[tuple[str, list[Any]], ...] = (
        ("landing", [landings[0]["id"]]),
        ("incomplete", [["fall"]]),
        ("by_class", ["L6"]),
        ("heaviest", [3]),
        ("count", []),
    )
    for question, arguments in questions:
        before = work()
        found = submission.call(question, redis, *arguments)
        assert (work() - before).keys_calls == 0, f"{question}() used KEYS"
        assert found, f"{question}() finds nothing in what was loaded"

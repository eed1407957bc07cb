"""What outlives the program, the server, a crash, and a load that was cut off."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from grader import Redis, StudentProcess, Submission, check

StoredIds = Callable[[], list[str]]
SlowSaving = Callable[[float], AbstractContextManager[None]]

# So long does the first save last. The next one, with another landing, lasts twice as long as that call and
# the kill of the program took: whoever waits by the clock waits too short. Half of it is left to the kill.
# Where that took longer, another landing is saved more slowly: the machine may be busy, and the background
# save of Redis 7.0 holds the dead program's connections, for whose end the kill waits a second at most.
SAVE_S = 0.1
LONGEST_SAVE_S = 3.0
SLOWER = 3
TRIES = 4

# A class that no landing of the fixtures has.
NEW_CLASS = "Ungrouped"


def time_of(work: Callable[[], object]) -> float:
    """Does something, and gives the seconds that it took."""
    started = time.monotonic()
    work()
    return time.monotonic() - started


def next_save_s(attempt: int, spent_s: float) -> float:
    """How long the save of this attempt is to last, after the last one took so long."""
    return max(SAVE_S * SLOWER**attempt, min(2 * spent_s, LONGEST_SAVE_S))


@check(
    points=2,
    criterion="persistence",
    hint="Two programs share nothing but the database. A Python variable is gone when its program ends.",
)
def test_another_program_sees_the_landings(
    submission: Submission, redis: Redis, landings: list[dict], show: Callable[[object], str]
) -> None:
    """Another program sees what yours has loaded, and what it corrects"""
    landing_id, other = landings[0]["id"], submission.start()
    submission.call("load", redis, landings)
    here, there = submission.call("landing", redis, landing_id), other.call("landing", redis, landing_id)
    assert here, f"landing(rd, '{landing_id}') does not find it"
    assert there == here, f"a second program does not find the landing {landing_id} that the first has loaded"
    here, there = submission.call("by_class", redis, "L6"), other.call("by_class", redis, "L6")
    assert len(here) == len(there), (
        f"by_class(rd, 'L6') gives {len(here)} ids, in a second program {len(there)}"
    )
    other.call("load", redis, [{**landings[0], "name": "Corrected by the second program"}])
    here, there = submission.call("landing", redis, landing_id), other.call("landing", redis, landing_id)
    assert here == there, f"the first program does not see that the second corrected the landing {landing_id}"
    members = len(other.call("by_class", redis, "L6"))
    submission.start_afresh()
    later = submission.call("landing", redis, landing_id)
    assert later == there, f"a program that is started later finds {show(later)} for the landing {landing_id}"
    later = submission.call("by_class", redis, "L6")
    assert len(later) == members, (
        f"by_class(rd, 'L6') gave {members} ids, and gives {len(later)} in a program that is started later"
    )


@check(
    points=2,
    criterion="persistence",
    hint="Whatever by_class() and landing() need must be in Redis, and must stay there: no expiry, no Python "
    "variable.",
)
def test_survives_a_restart(
    submission: Submission, redis: Redis, landings: list[dict], stored_ids: StoredIds
) -> None:
    """A restart of program and server changes nothing"""
    asked = landings[0]["id"]
    submission.call("load", redis, landings)
    landing, members = submission.call("landing", redis, asked), submission.call("by_class", redis, "L6")
    assert landing, f"landing(rd, '{asked}') does not find it"
    stored = stored_ids()
    expiring = [key for key in redis.client.scan_iter(count=5_000) if redis.client.pttl(key) != -1]
    assert not expiring, f"{len(expiring)} of your keys expire, as {expiring[0].decode('utf-8', 'replace')}"
    submission.start_afresh()
    redis.restart()
    left = stored_ids()
    assert left == stored, f"{len(left)} of {len(stored)} landings are left after the restart"
    assert submission.call("landing", redis, asked) == landing, f"landing(rd, '{asked}') gives something else"
    found = submission.call("by_class", redis, "L6")
    assert len(found) == len(members), (
        f"by_class(rd, 'L6') gave {len(members)} ids before, {len(found)} after"
    )


@check(
    points=5,
    criterion="persistence",
    timeout_s=30,
    hint="Redis keeps data in memory. SAVE writes it to disk and answers when that is done. BGSAVE answers "
    "at once and writes later: wait until it has finished.",
)
def test_survives_a_crash_after_save(
    submission: Submission,
    redis: Redis,
    landings: list[dict],
    stored_ids: StoredIds,
    slow_saving: SlowSaving,
) -> None:
    """After save(), a crash of the server loses nothing"""
    spent_s = 0.0
    for attempt in range(TRIES):
        submission.call("load", redis, landings[: 1 + attempt - TRIES or None])
        before = stored_ids()
        lasts_s = next_save_s(attempt, spent_s)
        with slow_saving(lasts_s):
            save_s = time_of(lambda: submission.call("save", redis))
            kill_s = time_of(submission.kill)
        spent_s = save_s + kill_s
        if attempt and kill_s < lasts_s / 2:
            break
    redis.crash()
    after = stored_ids()
    assert before, "load() stored no landing under meteorite:<id>"
    assert after == before, f"{len(after)} of {len(before)} landings are left after the crash"


@check(
    points=3,
    criterion="persistence",
    hidden=True,
    timeout_s=30,
    hint="While a save is running Redis refuses another one, and the running one does not have your last "
    "change.",
)
def test_saves_while_another_save_runs(
    submission: Submission,
    redis: Redis,
    landings: list[dict],
    stored_ids: StoredIds,
    slow_saving: SlowSaving,
) -> None:
    """save() also keeps its word while another save is running"""
    submission.call("load", redis, landings[:-TRIES])
    spent_s = 0.0
    for attempt in range(TRIES):
        lasts_s = next_save_s(attempt, spent_s)
        with slow_saving(lasts_s):
            redis.client.bgsave()
            submission.call("load", redis, [landings[attempt - TRIES]])
            before = stored_ids()
            is_running = redis.client.info("persistence")["rdb_bgsave_in_progress"]
            save_s = time_of(lambda: submission.call("save", redis))
            kill_s = time_of(submission.kill)
        spent_s = save_s + kill_s
        # On a machine that is slow just now, the other save may have ended too early.
        if attempt and is_running and kill_s < lasts_s / 2:
            break
    redis.crash()
    after = stored_ids()
    assert before, "load() stored no landing under meteorite:<id>"
    assert after == before, f"{len(after)} of {len(before)} landings are left after the crash"


@check(
    points=3,
    criterion="persistence",
    hidden=True,
    timeout_s=30,
    hint="Loading once more must complete what a crash has left. Do not rely on all or nothing being there, "
    "nor on what your program remembers.",
)
def test_recovers_from_a_crash_during_a_load(
    submission: Submission,
    redis: Redis,
    landings: list[dict],
    bulky_landings: list[dict],
    stored_ids: StoredIds,
    await_first: Callable[[list[dict]], None],
) -> None:
    """After a crash in the middle of a load, loading again completes it"""
    corrected = [{**landing, "recclass": NEW_CLASS} for landing in landings[:20]]
    submission.call("load", redis, landings)
    saved = stored_ids()
    redis.client.save()
    submission.call("load", redis, corrected)
    loader = submission.start()
    loader.send("load", redis, bulky_landings)
    await_first(bulky_landings)
    redis.crash()
    loader.kill()
    assert saved, "load() stored no landing under meteorite:<id>"
    assert set(stored_ids()) >= set(saved), "landings that were saved before the crash are gone"
    # The first program lives on, and what it may remember of the server's memory is no longer true.
    everything = corrected + landings[len(corrected) :] + bulky_landings
    submission.call("load", redis, everything)
    missing = {landing["id"] for landing in everything} - set(stored_ids())
    assert not missing, f"{len(missing)} of {len(everything)} landings are missing after loading again"
    submission.start_afresh()
    listed = set(submission.call("by_class", redis, NEW_CLASS))
    assert len(listed) == len(corrected), (
        f"by_class(rd, '{NEW_CLASS}') gives {len(listed)} of {len(corrected)} ids after loading again"
    )


@check(
    points=4,
    criterion="persistence",
    hidden=True,
    timeout_s=30,
    hint="A program can end between any two of its commands. Loading again must repair whatever is half "
    "done, in the landings and in everything that your other functions read.",
)
def test_recovers_from_a_load_cut_off(
    submission: Submission,
    redis: Redis,
    landings: list[dict],
    bulky_landings: list[dict],
    stored_ids: StoredIds,
    cut_off_load: Callable[[StudentProcess, list[dict]], None],
) -> None:
    """After a load that was cut off in the middle, loading again completes it"""
    submission.call("load", redis, landings)
    assert stored_ids(), "load() stored no landing under meteorite:<id>"
    cut_off_load(submission.start(), bulky_landings)
    submission.restart()
    everything = landings + bulky_landings
    submission.call("load", redis, everything)
    missing = {landing["id"] for landing in everything} - set(stored_ids())
    assert not missing, f"{len(missing)} of {len(everything)} landings are missing after loading again"
    submission.start_afresh()
    for recclass in ("L6", "H5"):
        members = sum(landing.get("recclass") == recclass for landing in everything)
        listed = submission.call("by_class", redis, recclass)
        assert len(listed) == members, (
            f"by_class(rd, '{recclass}') gives {len(listed)} of {members} ids after loading again"
        )

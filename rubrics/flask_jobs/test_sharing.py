"""That each job is done by one worker, and once."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from grader import Award, Redis, check

if TYPE_CHECKING:
    from conftest import Api, Worker

Hire = Callable[[], "Worker"]

# How long a second worker has for a job while the first stands still; it may be waiting for the first.
MEANWHILE_S = 1.0
# The handout allows two seconds; the rest is the grader's own share.
STANDS_STILL_S = 1.2
# The handout gives 15 s.
ENDS_WITHIN_S = 16.5
LOOK_S = 0.05
PLACES = range(1, 41)
# At so many places in a row the second worker got nothing: the first has taken the job.
SAFE_PLACES = 4
JOBS = 3
ENDED = {"done", "failed"}


@check(
    points=3,
    criterion="transaction",
    hint="Taking a job removes it from those that wait. With none left, work_once gives False within 1 s.",
)
def test_does_each_job_once(api: "Api", hire: Hire) -> None:
    """work_once() gives True once for each job, then False"""
    worker, jobs = hire(), [api.submit() for _ in range(JOBS)]
    api.forget()
    said = []
    for _ in range(JOBS + 2):
        worker.begin("work_once")
        said.append(worker.said())
    expected = [True] * JOBS + [False] * 2
    assert said == expected, f"with {JOBS} jobs waiting, work_once gives in turn {said}, expected {expected}"
    statuses = {api.status(job) for job in jobs}
    assert statuses == {"done"}, f"{JOBS} jobs that were done say {sorted(statuses)}, expected all 'done'"


@check(
    points=4,
    criterion="transaction",
    timeout_s=30,
    hint="Between looking for a job and taking it another worker can do the same. One command that "
    "does both, as LPOP or LMOVE, a script, or WATCH with MULTI lets only one of them have it.",
)
def test_two_workers_never_do_the_same_job(api: "Api", redis: Redis, hire: Hire) -> None:
    """Of two workers at one job, only one does it, whenever the other comes in between"""
    job = api.submit()
    api.forget()
    expect_one_does_it(api, job, snapshot(redis), (hire(), hire()))


def snapshot(redis: Redis) -> Callable[..., None]:
    """Gives a way back to what the database holds now, for workers that begin anew."""
    keys = {key: (redis.client.dump(key), redis.client.pttl(key)) for key in redis.client.scan_iter()}

    def go_back(*workers: "Worker") -> None:
        for worker in workers:
            worker.process.restart()
        redis.client.flushdb()
        for key, (value, left_ms) in keys.items():
            if value is not None:
                redis.client.restore(key, max(left_ms, 0), value)

    return go_back


def expect_one_does_it(
    api: "Api", job: str, go_back: Callable[..., None], workers: tuple["Worker", "Worker"]
) -> None:
    """Has two workers contend for a job, the second coming in at one place of the first after the other."""
    first, second = workers
    in_a_row = 0
    for place in PLACES:
        go_back(first, second)
        is_held = first.stops_before(place)
        second.begin("work_once")
        second.is_over(MEANWHILE_S)
        first.go_on()
        said = [first.said(), second.said()]
        assert said.count(True) == 1, (
            f"for one job, two workers' work_once gave {said}, expected one True; "
            f"the second worked before the first sent its command number {place} to Redis"
        )
        status = api.status(job)
        assert status == "done", f"a job that one of two workers did says {status!r}, expected 'done'"
        in_a_row = in_a_row + 1 if said[0] is True else 0
        if not is_held or in_a_row == SAFE_PLACES:
            return


@check(
    points=3,
    criterion="transaction",
    hidden=True,
    timeout_s=30,
    hint="Look at a job and remove that one, not whichever comes first by then. Who lost a race looks for "
    "another job, and says False only if there is none.",
)
def test_workers_share_out_all_jobs(api: "Api", redis: Redis, hire: Hire) -> None:
    """Two workers do all jobs between them, each of them once"""
    first, second, taken = hire(), hire(), 0
    jobs = [api.submit() for _ in range(JOBS)]
    go_back = snapshot(redis)
    for place in PLACES:
        go_back(first, second)
        is_held = first.stops_before(place, "work_until_false")
        waiting = [api.status(job) for job in jobs].count("submitted")
        taken += waiting < JOBS
        second.begin("work_once")
        # One that waits for the first to go on comes when that has done all.
        came_between = second.is_over(MEANWHILE_S)
        first.go_on()
        done = [first.said(), int(second.said() is True)]
        assert sum(done) == JOBS, (
            f"with {JOBS} jobs waiting, one worker called work_once until False and another called it once: "
            f"the Trues were {done[0]} and {done[1]}"
        )
        # One that says 'submitted' can be in the first worker's hand.
        assert done[1] or waiting < 2 or not came_between, (
            f"{waiting} of {JOBS} jobs said 'submitted', and a second worker's work_once gave False"
        )
        statuses = [api.status(job) for job in jobs]
        assert statuses == ["done"] * JOBS, f"{JOBS} jobs that two workers shared say {statuses}"
        # With the next job it does the same.
        if not is_held or taken > 1:
            return


@check(
    points=3,
    criterion="transaction",
    hidden=True,
    timeout_s=60,
    hint="A worker has its job for more than two seconds after each time that it says so. To give a job back "
    "is a race, too: find out that its time is over and let it wait again in one step.",
)
def test_only_lost_jobs_are_taken_over(api: "Api", redis: Redis, hire: Hire, award: Award) -> None:
    """The job of a worker that stands still stays its own; that of a killed one goes to one other"""
    slow, other = hire(), hire()
    kept = slow.take_one(api)
    give_up = time.monotonic() + (STANDS_STILL_S if api.status(kept) == "running" else 0)
    still = f"while a worker stood still for {STANDS_STILL_S} s, another did its job"
    other.begin("work_once")
    while time.monotonic() < give_up:
        # It may be waiting for the one that stands still.
        if other.is_over(LOOK_S):
            assert other.value() is not True, still
            other.begin("work_once")
        status = api.status(kept)
        assert status == "running", (
            f"a worker stands still for {STANDS_STILL_S} s, and its job says {status!r}, expected 'running'"
        )
    slow.go_on()
    said, status = slow.said(), api.status(kept)
    assert other.said() is not True, still
    assert (said, status) == (True, "done"), (
        f"a worker stood still for {STANDS_STILL_S} s: then its work_once gave {said!r}, expected True, "
        f"and the job says {status!r}, expected 'done'"
    )
    award(2, "a worker that stands still keeps its job")
    lost = slow.take_one(api)
    slow.kill()
    go_back = before_it_is_taken_over(api, redis, other, lost)
    if go_back is not None:
        expect_one_does_it(api, lost, go_back, (slow, other))


def before_it_is_taken_over(
    api: "Api", redis: Redis, worker: "Worker", job: str
) -> Callable[..., None] | None:
    """A way back to just before `work_once` took over a lost job; None where something else has ended it."""
    give_up = time.monotonic() + ENDS_WITHIN_S
    while time.monotonic() < give_up and api.status(job) not in ENDED:
        go_back = snapshot(redis)
        worker.begin("work_once")
        # It may be waiting for what the killed one has locked.
        if worker.is_over(give_up - time.monotonic()) and worker.value() is True:
            return go_back
        time.sleep(LOOK_S)
    return None

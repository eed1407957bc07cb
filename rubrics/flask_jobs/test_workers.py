"""Where the work happens, and that no job is done twice."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from grader import Redis, Submission, check

if TYPE_CHECKING:
    from conftest import Api, Worker

Hire = Callable[[], "Worker"]

# Looks into the web application's process.
CHILDREN = """
import os


def children():
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
"""
# How long an application that works by itself has for a job without landings.
ALONE_S = 0.25
DONE_WITHIN_S = 10.0
LOOK_S = 0.005
# How long a second worker has for a job while the first stands still; it may be waiting for the first.
MEANWHILE_S = 1.0
PLACES = range(1, 41)
FIRST_PLACES = range(1, 7)
JOBS = 3


@check(
    points=4,
    criterion="performance",
    hint="POST /jobs writes down what is to be done and answers. Workers are programs of their own, which "
    "somebody else starts.",
)
def test_answers_before_the_work_is_done(submission: Submission, api: "Api") -> None:
    """POST /jobs answers at once, and without a worker the job stays submitted"""
    answer = api.ask("POST", "/jobs", json={"analysis": "landings_by_decade"})
    assert answer.status == 202, f"POST /jobs is answered with {answer.status}, expected 202"
    found = answer.json()
    job = found.get("id") if type(found) is dict else None
    assert type(job) is str, f'POST /jobs: expected an object with a text as "id", found {found!r:.80}'
    give_up = time.monotonic() + ALONE_S
    while time.monotonic() < give_up:
        status = api.status(job)
        assert status == "submitted", f"there is no worker, and the job says {status!r}, expected 'submitted'"
        time.sleep(LOOK_S)
    has_children = submission.probe(CHILDREN, "children")
    assert not has_children, "the web application has started a process; workers are started by somebody else"


@check(
    points=4,
    criterion="performance",
    timeout_s=20,
    hint="work_forever waits for jobs and does them, one after the other. It never ends, jobs or none.",
)
def test_works_in_another_process(api: "Api", hire: Hire, whole_landings: list[dict]) -> None:
    """work_forever() does jobs in another process as they come"""
    worker = hire()
    worker.begin("work_forever")
    api.post(whole_landings)
    for _ in range(2):
        # Time enough for one that ends when there is nothing to do.
        assert not worker.is_over(0.05), over(worker)
        job = api.submit()
        give_up = time.monotonic() + DONE_WITHIN_S
        while (status := api.status(job)) != "done" and time.monotonic() < give_up:
            assert not worker.is_over(), over(worker)
            time.sleep(LOOK_S)
        assert status == "done", f"while work_forever runs, a job says {status!r}, expected 'done'"
        answered = api.result_status(job)
        assert answered == 200, f"the result of a job that is done is answered with {answered}, expected 200"


def over(worker: "Worker") -> str:
    """What to say of a worker that has ended; raises what it raised."""
    return f"work_forever has returned {worker.value()!r}; it never ends"


@check(
    points=3,
    criterion="performance",
    hidden=True,
    hint="The worker stores the result, and the web application reads it. It does not look at the landings.",
)
def test_results_are_not_computed_when_asked_for(
    api: "Api", redis: Redis, hire: Hire, many_landings: list[dict]
) -> None:
    """Statuses and results are answered without reading the landings"""
    size_bytes = sum(len(text) for landing in many_landings for text in (*landing, *landing.values()))
    api.post(many_landings)
    job = api.submit()
    hire().once()
    before = redis.client.info("stats")["total_net_output_bytes"]
    status, answered = api.status(job), api.result_status(job)
    sent_bytes = redis.client.info("stats")["total_net_output_bytes"] - before
    assert status == "done", f"a job that a worker has done says {status!r}, expected 'done'"
    assert answered == 200, f"the result of a job that is done is answered with {answered}, expected 200"
    assert sent_bytes < size_bytes // 2, (
        f"Redis sent {sent_bytes} bytes for a status and a result, and all landings have {size_bytes}"
    )


@check(
    points=3,
    criterion="transaction",
    hint="Taking a job removes it from those that wait. With none left, work_once gives False within 1 s.",
)
def test_does_each_job_once(api: "Api", hire: Hire) -> None:
    """work_once() gives True once for each job, then False"""
    worker, jobs = hire(), [api.submit() for _ in range(JOBS)]
    said = []
    for _ in range(JOBS + 2):
        worker.begin("work_once")
        said.append(worker.said())
    expected = [True] * JOBS + [False] * 2
    assert said == expected, f"with {JOBS} jobs waiting, work_once gives in turn {said}, expected {expected}"
    statuses = {api.status(job) for job in jobs}
    assert statuses == {"done"}, f"{JOBS} jobs that were done say {sorted(statuses)}, expected all 'done'"


def beginning(api: "Api", redis: Redis, *workers: "Worker") -> Callable[[], None]:
    """Gives a way back to the state of now, when each worker has done a job.

    Some workers look through all jobs that there ever were, and would need more commands each time.
    """
    for worker in workers:
        api.submit()
        worker.once()
    keys = {key: redis.client.dump(key) for key in redis.client.scan_iter() if redis.client.pttl(key) == -1}

    def go_back() -> None:
        redis.client.flushdb()
        for key, value in keys.items():
            redis.client.restore(key, 0, value)

    return go_back


@check(
    points=4,
    criterion="transaction",
    timeout_s=30,
    hint="Between looking for a job and taking it another worker can do the same. One command that "
    "does both, as LPOP or LMOVE, a script, or WATCH with MULTI lets only one of them have it.",
)
def test_two_workers_never_do_the_same_job(api: "Api", redis: Redis, hire: Hire) -> None:
    """Of two workers at one job, only one does it, whenever the other comes in between"""
    first, second = hire(), hire()
    go_back = beginning(api, redis, first, second)
    statuses: list[str] = []
    for place in PLACES:
        go_back()
        job = api.submit()
        is_held = first.stops_before(place)
        statuses.append(api.status(job))
        second.begin("work_once")
        second.is_over(MEANWHILE_S)
        first.go_on()
        said = [first.said(), second.said()]
        assert said.count(True) == 1, f"for one job, two workers' work_once gave {said}, expected one True"
        status = api.status(job)
        assert status == "done", f"a job that one of two workers did says {status!r}, expected 'done'"
        # Nobody can come in between any more when the job has been running for a while.
        if not is_held or statuses.count("running") > 2:
            return


@check(
    points=4,
    criterion="transaction",
    hidden=True,
    timeout_s=30,
    hint="Look at a job and remove that one, not whichever comes first by then. Who lost a race looks for "
    "another job.",
)
def test_workers_share_out_all_jobs(api: "Api", redis: Redis, hire: Hire) -> None:
    """Two workers do all jobs between them, each of them once"""
    first, second = hire(), hire()
    go_back = beginning(api, redis, first, second)
    for place in FIRST_PLACES:
        go_back()
        jobs = [api.submit() for _ in range(JOBS)]
        first.stops_before(place, "work_until_false")
        second.begin("work_until_false")
        second.is_over(MEANWHILE_S)
        first.go_on()
        done = [first.said(), second.said()]
        assert sum(done) == JOBS, (
            f"two workers called work_once until False, with {JOBS} jobs waiting: "
            f"the Trues were {done[0]} and {done[1]}"
        )
        statuses = [api.status(job) for job in jobs]
        assert statuses == ["done"] * JOBS, f"{JOBS} jobs that two workers shared say {statuses}"

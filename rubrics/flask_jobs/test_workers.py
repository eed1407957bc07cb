"""Where the work happens: in a worker, and not in the web application."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from grader import Redis, Submission, check

if TYPE_CHECKING:
    from conftest import Api, Worker

Hire = Callable[[], "Worker"]

# Looks into the web application's process.
ALONE = """
import os
import threading


def others():
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return [threading.active_count(), False]
    return [threading.active_count(), True]
"""
# How long a thread of the web application has for a job without landings.
THREAD_S = 2.5
DONE_WITHIN_S = 10.0
LOOK_S = 0.005


@check(
    points=4,
    criterion="performance",
    hint="POST /jobs writes down what is to be done and answers. Workers are programs of their own, which "
    "somebody else starts.",
)
def test_answers_before_the_work_is_done(submission: Submission, api: "Api") -> None:
    """POST /jobs answers at once, and without a worker the job stays submitted"""
    threads, _ = submission.probe(ALONE, "others")
    answer = api.ask("POST", "/jobs", json={"analysis": "landings_by_decade"})
    assert answer.status == 202, f"POST /jobs is answered with {answer.status}, expected 202"
    found = answer.json()
    job = found.get("id") if type(found) is dict else None
    assert type(job) is str, f'POST /jobs: expected an object with a text as "id", found {found!r:.80}'
    threads_then, has_children = submission.probe(ALONE, "others")
    # Without another thread nothing happens there between two requests.
    give_up = time.monotonic() + (THREAD_S if threads_then > threads else 0)
    while (status := api.status(job)) == "submitted" and time.monotonic() < give_up:
        time.sleep(LOOK_S)
    assert status == "submitted", f"there is no worker, and the job says {status!r}, expected 'submitted'"
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
    api.forget()
    before = redis.client.info("stats")["total_net_output_bytes"]
    status, answered = api.status(job), api.result_status(job)
    sent_bytes = redis.client.info("stats")["total_net_output_bytes"] - before
    assert status == "done", f"a job that a worker has done says {status!r}, expected 'done'"
    assert answered == 200, f"the result of a job that is done is answered with {answered}, expected 200"
    assert sent_bytes < size_bytes // 2, (
        f"Redis sent {sent_bytes} bytes for a status and a result, and all landings have {size_bytes}"
    )

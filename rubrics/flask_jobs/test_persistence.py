"""What outlives the web application, Redis, and a worker that is killed."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from grader import Award, Redis, Submission, check

if TYPE_CHECKING:
    from conftest import Api, Worker

Hire = Callable[[], "Worker"]

ENDED = {"done", "failed"}
# The handout gives 15 s; the rest is the grader's own share.
ENDS_WITHIN_S = 16.5
LOOK_S = 0.05
MOST_PLACES = 12


@check(
    points=4,
    criterion="persistence",
    hint="A Python variable is gone when its program ends. Whatever has to be known later stands in Redis.",
)
def test_survives_a_restart_of_the_application(
    submission: Submission,
    api: "Api",
    hire: Hire,
    whole_landings: list[dict],
) -> None:
    """The web application, started again, knows its landings, jobs and results"""
    worker = hire()
    api.post(whole_landings)
    done = api.submit()
    worker.once()
    result = api.result(done)
    waiting = api.submit()
    submission.start_afresh()
    wrong = api.landings_fault(whole_landings)
    assert not wrong, f"GET /data after a restart of the web application: {wrong}"
    assert api.result(done) == result, "the result of a job is another after a restart of the web application"
    for job, expected in ((done, "done"), (waiting, "submitted")):
        status = api.status(job)
        assert status == expected, f"after a restart, a job that was {expected} says {status!r}"


@check(
    points=3,
    criterion="persistence",
    hidden=True,
    hint="Ids must differ over restarts, and if the application runs twice: INCR in Redis, or uuid4.",
)
def test_ids_are_never_given_twice(submission: Submission, api: "Api", hire: Hire) -> None:
    """Two web applications, and one started again, give no id twice"""
    worker = hire()
    twin = type(api)(submission.start(), api.redis)
    first = api.submit()
    worker.once()
    jobs = [first, *(one.submit() for one in (twin, api, twin))]
    submission.start_afresh()
    jobs += [api.submit() for _ in range(2)]
    assert len(set(jobs)) == len(jobs), f"{len(jobs)} jobs have only {len(set(jobs))} different ids"
    status = api.status(first)
    assert status == "done", f"a job that was done says {status!r} after others were submitted"
    status = twin.status(jobs[-1])
    assert status == "submitted", f"a job of one application says {status!r} when another is asked"


@check(
    points=5,
    criterion="persistence",
    hidden=True,
    hint="What is in Redis comes back with it: landings, jobs, results, and which jobs wait. What is "
    "published to a channel, or kept in a variable or connection, does not.",
)
def test_survives_a_crash_of_redis(
    submission: Submission,
    redis: Redis,
    api: "Api",
    hire: Hire,
    whole_landings: list[dict],
) -> None:
    """After a save, a crash of Redis loses neither landings nor jobs"""
    worker = hire()
    api.post(whole_landings)
    done = api.submit()
    worker.once()
    result = api.result(done)
    waiting = api.submit()
    redis.client.save()
    worker.kill()
    submission.kill()
    redis.crash()
    api.forget()
    wrong = api.landings_fault(whole_landings)
    assert not wrong, f"GET /data after Redis came back: {wrong}"
    status = api.status(waiting)
    assert status == "submitted", f"a job that waited says {status!r} after Redis came back"
    hire().once()
    for job in (done, waiting):
        assert api.result(job) == result, (
            "after Redis came back, a job on the same landings has another result"
        )


@check(
    points=6,
    criterion="persistence",
    hidden=True,
    timeout_s=30,
    hint="Write down until when a worker has a job, in the same step in which it takes it, and let it renew "
    "that while it works. Whoever finds a time that has passed gives the job back, or makes it failed.",
)
def test_killed_workers_leave_no_job_behind(api: "Api", hire: Hire, award: Award) -> None:
    """The job of a worker that is killed, wherever it is, has ended 15 s later"""
    job, number = killed_while_running(api, hire())
    assert number, "work_once asked Redis nothing, and did nothing"
    jobs = [job]
    # The last first: who looks after the jobs of dead workers needs more commands with each of them.
    for place in range(min(number + 2, MOST_PLACES), 0, -1):
        jobs.append(api.submit())
        victim = hire()
        victim.stops_before(place)
        victim.kill()
    left = statuses_in_the_end(api, hire(), jobs)
    running, lost = left.count("running"), left.count("submitted")
    assert not running, f"{running} of {len(jobs)} jobs whose worker was killed are still running 15 s later"
    award(4, "no job stays running")
    assert not lost, f"{lost} of {len(jobs)} jobs whose worker was killed wait, and nobody does them"


def killed_while_running(api: "Api", victim: "Worker") -> tuple[str, int]:
    """A job whose worker was killed while the job said running, and before which of its commands.

    A worker of which it never says so is killed when it is through.
    """
    job, number = api.submit(), 0
    for _ in victim.stops():
        number += 1
        if api.status(job) == "running":
            break
    victim.kill()
    return job, number


def statuses_in_the_end(api: "Api", worker: "Worker", jobs: list[str]) -> list[str]:
    """The statuses of the jobs that have not ended in time, while another worker runs; mostly none."""
    give_up = time.monotonic() + ENDS_WITHIN_S
    worker.begin("work_forever")
    left = dict.fromkeys(jobs, "running")
    while left and time.monotonic() < give_up:
        time.sleep(LOOK_S)
        left = {job: status for job in left if (status := api.status(job)) not in ENDED}
        assert not worker.is_over(), f"work_forever has returned {worker.value()!r}; it never ends"
    return list(left.values())

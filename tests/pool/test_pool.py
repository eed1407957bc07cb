"""Workers that grade, fail, die and are interrupted, with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from grader.config import Settings
from grader.course import Lab
from grader.errors import CourseError
from grader.pool import (
    Began,
    Checking,
    Event,
    Faulted,
    Finished,
    Job,
    Patience,
    Pool,
    Refused,
    Retried,
)
from grader.results import Outcome, Status
from tests.pool.conftest import RUBRIC, MakeLab, jobs

QUICK = Patience(attempts=3, deaths=2, pause_s=0.01, silence_s=60)

# Each counts how often it was tried in a file, since every attempt may be another process.
COUNTING = (
    RUBRIC
    + """
    tries = Path(TRIES)
    with tries.open("a") as file: file.write("x")
    """
)


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path) -> Iterator[None]:
    yield
    left = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    # The tracker of resources belongs to multiprocessing and to this process as a whole.
    assert [child.cmdline() for child in left if "resource_tracker" not in str(child.cmdline())] == []
    assert list((tmp_path / "state").glob("*")) == []


def run(lab: Lab, settings: Settings, todo: list[Job], workers: int = 2) -> list[Event]:
    with Pool(lab, settings, workers, QUICK) as pool:
        return list(pool.run(todo))


def test_every_job_is_graded_once_and_every_worker_used_again(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC)
    events = run(lab, settings, jobs(lab, tmp_path, "42", "41", "42", "40", "42"))
    points = {event.job: int(event.result.points) for event in events if isinstance(event, Finished)}
    assert points == {"job0": 4, "job1": 0, "job2": 4, "job3": 0, "job4": 4}
    assert {event.worker for event in events if isinstance(event, Began)} == {1, 2}
    titles = [event.title for event in events if isinstance(event, Checking) and event.number == 1]
    assert titles == ["The answer is right"] * 5


def test_a_refused_submission_is_told_and_the_others_are_graded(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC)
    todo = jobs(lab, tmp_path, "42", "42")
    (tmp_path / "submission0" / "tiny.py").unlink()
    events = run(lab, settings, todo, workers=1)
    (refused,) = [event for event in events if isinstance(event, Refused)]
    assert (refused.job, "tiny.py" in refused.message) == ("job0", True)
    assert [event.job for event in events if isinstance(event, Finished)] == ["job1"]


def test_a_fault_of_the_servers_is_tried_again(make_lab: MakeLab, settings: Settings, tmp_path: Path) -> None:
    # In each attempt the check itself is repeated on fresh servers, three times, and then with the reference.
    lab = make_lab(COUNTING + 'if len(tries.read_text()) < 7: raise ServiceError("the server is away")\n')
    events = run(lab, settings, jobs(lab, tmp_path, "42"))
    retried = [event for event in events if isinstance(event, Retried)]
    assert retried, "the check's own repetition was enough"
    assert "the server is away" in retried[0].message
    (finished,) = [event for event in events if isinstance(event, Finished)]
    assert (finished.result.status, finished.result.points) == (Status.COMPLETE, 4)


def test_a_fault_that_stays_ends_incomplete_and_never_as_a_zero(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC + '    raise ServiceError("the server is away")\n')
    events = run(lab, settings, jobs(lab, tmp_path, "42"))
    assert [event.attempt for event in events if isinstance(event, Retried)] == [1, 2]
    (finished,) = [event for event in events if isinstance(event, Finished)]
    assert finished.result.status is Status.INCOMPLETE
    assert [item.outcome for item in finished.result.checks] == [Outcome.UNGRADED]


def test_a_worker_that_dies_is_replaced_and_its_job_tried_again(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(COUNTING + "if len(tries.read_text()) == 1: os.kill(os.getpid(), signal.SIGKILL)\n")
    events = run(lab, settings, jobs(lab, tmp_path, "42", "41"), workers=1)
    assert [event.job for event in events if isinstance(event, Retried)] == ["job0"]
    points = {event.job: int(event.result.points) for event in events if isinstance(event, Finished)}
    assert points == {"job0": 4, "job1": 0}
    assert {event.worker for event in events if isinstance(event, Began)} == {1, 2}


def test_a_job_that_ends_two_workers_is_reported_and_not_tried_for_ever(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(
        RUBRIC.replace("    assert", "    value = submission.call('answer')\n    assert value != 666 or "
                       "os.kill(os.getpid(), signal.SIGKILL), 'dead'\n    assert", 1)
    )  # fmt: skip
    events = run(lab, settings, jobs(lab, tmp_path, "666", "42"), workers=1)
    (faulted,) = [event for event in events if isinstance(event, Faulted)]
    assert (faulted.job, faulted.deaths) == ("job0", 2)
    assert "-9" in faulted.message
    assert [event.job for event in events if isinstance(event, Finished)] == ["job1"]


def test_a_worker_that_says_nothing_is_given_up(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC + "    time.sleep(600)\n")
    impatient = Patience(attempts=2, deaths=1, pause_s=0.01, silence_s=4)
    with Pool(lab, settings, 1, impatient) as pool:
        events = list(pool.run(jobs(lab, tmp_path, "42")))
    assert [event.deaths for event in events if isinstance(event, Faulted)] == [1]


def test_a_rubric_that_cannot_be_read_ends_everything_with_its_error(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab("def test_nothing(: pass\n")
    with Pool(lab, settings, 2, QUICK) as pool, pytest.raises(CourseError, match="cannot be read"):
        list(pool.run(jobs(lab, tmp_path, "42", "42", "42")))


def test_stopped_it_ends_what_is_being_graded_and_begins_nothing(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC)
    ended, begun = [], []
    with Pool(lab, settings, 1, QUICK) as pool:
        for event in pool.run(jobs(lab, tmp_path, "42", "42", "42")):
            if isinstance(event, Began):
                begun.append(event.job)
                pool.stop()
            if isinstance(event, Finished):
                ended.append(event.job)
    assert begun == ended == ["job0"]


def test_left_in_the_middle_it_ends_every_worker_at_once(
    make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC + "    time.sleep(600)\n")
    started = time.monotonic()
    with Pool(lab, settings, 2, QUICK) as pool:
        events = pool.run(jobs(lab, tmp_path, "42", "42"))
        for event in events:
            if isinstance(event, Checking):
                break
    assert time.monotonic() - started < 60


HOLDER = """
import sys
from pathlib import Path
from grader.checks.station import Order
from grader.config import Settings
from grader.course import read_lab
from grader.pool import Checking, Job, Pool
if __name__ == "__main__":
    root, state, submission = map(Path, sys.argv[1:])
    lab = read_lab(root, "tiny")
    with Pool(lab, Settings(services="local", state_dir=state), 1) as pool:
        for event in pool.run([Job("one", Order(lab, submission))]):
            if isinstance(event, Checking): print("checking", flush=True)
"""


def test_workers_do_not_outlive_a_killed_pool(make_lab: MakeLab, settings: Settings, tmp_path: Path) -> None:
    lab = make_lab(RUBRIC + "    time.sleep(600)\n")
    (job,) = jobs(lab, tmp_path, "42")
    (tmp_path / "holder.py").write_text(HOLDER)
    arguments = [str(lab.rubric.parents[1]), str(settings.state_dir), str(job.order.submission)]
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "holder.py"), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "checking\n"
        below = psutil.Process(holder.pid).children(recursive=True)
        assert len(below) > 1
        holder.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(below, timeout=20)
    assert alive == []

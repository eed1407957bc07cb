"""A real Dask cluster of several worker processes on this machine."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from distributed import Client, LocalCluster

from grader.batch.cluster import Cluster
from grader.config import Settings
from grader.errors import IsolationRefusedError, UsageError
from grader.pool import Checking, Event, Finished, Pool, Refused
from tests.pool.conftest import RUBRIC, MakeLab, jobs


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Three workers, one thread each."""
    with LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as opened:
        yield opened


def graded(events: list[Event]) -> dict[str, int]:
    return {event.job: int(event.result.points) for event in events if isinstance(event, Finished)}


def test_it_grades_as_this_machine_does(
    cluster: LocalCluster, make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC)
    todo = jobs(lab, tmp_path, "42", "41", "42", "None", "(42, 'Ärna')")
    (tmp_path / "submission3" / "tiny.py").unlink()
    with Cluster(cluster.scheduler_address, lab, settings) as there:
        far = list(there.run(todo))
    with Pool(lab, settings, 2) as here:
        near = list(here.run(todo))
    assert graded(far) == graded(near) == {"job0": 4, "job1": 0, "job2": 4, "job4": 0}
    (refused,) = [event for event in far if isinstance(event, Refused)]
    assert refused.job == "job3"
    hashes = [
        {event.job: event.result.submission_hash for event in events if isinstance(event, Finished)}
        for events in (far, near)
    ]
    assert hashes[0] == hashes[1]
    assert any(isinstance(event, Checking) and event.title == "The answer is right" for event in far)


def test_a_worker_that_is_killed_costs_no_grade(
    cluster: LocalCluster, make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC + "    time.sleep(0.3)\n")
    todo = jobs(lab, tmp_path, *(["42", "41"] * 8))
    killed = False
    events: list[Event] = []
    with Cluster(cluster.scheduler_address, lab, settings) as there:
        for event in there.run(todo):
            events.append(event)
            if isinstance(event, Checking) and not killed:
                killed = True
                os.kill(_pids(cluster)[0], signal.SIGKILL)
    assert killed
    assert graded(events) == {f"job{number}": 4 * (number % 2 == 0) for number in range(16)}


def test_it_ends_its_servers_and_sandboxes(
    cluster: LocalCluster, make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC)
    with Cluster(cluster.scheduler_address, lab, settings) as there:
        assert graded(list(there.run(jobs(lab, tmp_path, "42", "42", "42"))))
    give_up = time.monotonic() + 20
    while left := [process for pid in _pids(cluster) for process in psutil.Process(pid).children()]:
        assert time.monotonic() < give_up, left
        time.sleep(0.1)


def test_where_no_worker_is_fit_it_says_why(cluster: LocalCluster, make_lab: MakeLab, tmp_path: Path) -> None:
    lab = make_lab(RUBRIC)
    settings = Settings(services="local", isolation="isolated", without=("seccomp",))
    with (
        Cluster(cluster.scheduler_address, lab, settings) as there,
        pytest.raises(IsolationRefusedError, match="No worker of the cluster can grade this"),
    ):
        list(there.run(jobs(lab, tmp_path, "42")))


def test_where_no_scheduler_answers_it_says_so(make_lab: MakeLab, settings: Settings) -> None:
    lab = make_lab(RUBRIC)
    with (
        pytest.raises(UsageError, match="No Dask scheduler answers"),
        Cluster("tcp://127.0.0.1:1", lab, settings, connect_s=1),
    ):
        pass


def test_stopped_it_sends_no_other(
    cluster: LocalCluster, make_lab: MakeLab, settings: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC + "    time.sleep(0.2)\n")
    with Cluster(cluster.scheduler_address, lab, settings) as there:
        events = []
        for event in there.run(jobs(lab, tmp_path, *(["42"] * 20))):
            events.append(event)
            there.stop()
    assert 0 < len(graded(events)) < 20


def _pids(cluster: LocalCluster) -> list[int]:
    with Client(cluster, set_as_default=False) as client:
        return list(client.run(os.getpid).values())

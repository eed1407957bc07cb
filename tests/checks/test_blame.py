"""Whose fault a broken server is: real servers that die, hang or are wedged in the middle of a check."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from grader.results import Cause, Outcome, Status
from tests.checks.conftest import SmallCourse

STORES = """
    @check(points=4, criterion="load", timeout_s=20)
    def test_stores(submission: Submission, redis: Redis) -> None:
        \"\"\"A note is stored\"\"\"
        submission.call("store", redis)
        assert redis.client.get("note:1") == b"text", "store() should store the note"

    @check(points=6, criterion="load", timeout_s=20)
    def test_stores_again(submission: Submission, redis: Redis) -> None:
        \"\"\"A note is stored again\"\"\"
        submission.call("store", redis)
        assert redis.client.get("note:1") == b"text", "store() should store the note"
"""
HONEST = "def store(rd): rd.set('note:1', 'text')\n"
WEDGES = """
import threading
def store(rd):
    rd.set("note:1", "text")
    loop = "redis.call('set', 'a', 1) while true do end"
    threading.Thread(target=rd.eval, args=(loop, 0), daemon=True).start()
    import time; time.sleep(0.3)
"""


@pytest.fixture
def redis_course(course: SmallCourse) -> SmallCourse:
    course.services = ("redis",)
    return course


@contextmanager
def meddling(action: signal.Signals, times: int, below: int) -> Iterator[list[int]]:
    """Sends a signal to the first server processes that appear below one, soon after each appears."""
    hit: list[int] = []
    is_over = threading.Event()

    def meddle() -> None:
        while not is_over.wait(0.005) and len(hit) < times:
            for child in psutil.Process(below).children(recursive=True):
                try:
                    if child.pid not in hit and "redis-server" in child.name() and len(hit) < times:
                        time.sleep(0.4)
                        child.send_signal(action)
                        hit.append(child.pid)
                except psutil.NoSuchProcess:
                    continue

    thread = threading.Thread(target=meddle)
    thread.start()
    try:
        yield hit
    finally:
        is_over.set()
        thread.join()


@pytest.mark.parametrize(("action", "times"), [(signal.SIGKILL, 1), (signal.SIGSTOP, 1), (signal.SIGKILL, 3)])
def test_servers_that_others_break_cost_no_points(
    redis_course: SmallCourse, action: signal.Signals, times: int
) -> None:
    slow = "import time\ndef store(rd):\n    time.sleep(1)\n    rd.set('note:1', 'text')\n"
    with meddling(action, times, os.getpid()) as hit:
        result = redis_course.grade(STORES, slow, slow)
    assert len(hit) == times
    assert (result.points, result.status) == (10, Status.COMPLETE)


def test_servers_that_keep_breaking_leave_it_ungraded_and_never_zero(redis_course: SmallCourse) -> None:
    slow = "import time\ndef store(rd):\n    time.sleep(1)\n    rd.set('note:1', 'text')\n"
    with meddling(signal.SIGKILL, 1000, os.getpid()):
        result = redis_course.grade(STORES, slow, slow)
    assert {check.outcome for check in result.checks} == {Outcome.UNGRADED}
    assert (result.max_points, result.status) == (10, Status.INCOMPLETE)


def test_a_student_who_wedges_the_server_fails_and_hurts_nobody_else(redis_course: SmallCourse) -> None:
    result = redis_course.grade(STORES, WEDGES, HONEST)
    assert [check.outcome for check in result.checks] == [Outcome.FAILED, Outcome.FAILED]
    assert {check.cause for check in result.checks} == {Cause.PROTOCOL}
    assert "no longer answered" in result.checks[0].message
    assert redis_course.grade(STORES, HONEST, HONEST).points == 10


def test_state_is_replayed_when_another_check_came_between(redis_course: SmallCourse) -> None:
    rubric = """
    @check(points=1, criterion="load")
    def test_first(submission: Submission, redis: Redis) -> None:
        \"\"\"First\"\"\"
        submission.call("store", redis)

    @check(points=1, criterion="query", needs="test_first")
    def test_reads_and_deletes(submission: Submission, redis: Redis) -> None:
        \"\"\"Second\"\"\"
        assert redis.client.get("note:1") == b"text", "the note of the first check should be there"
        redis.client.delete("note:1")

    @check(points=1, criterion="query", needs="test_first")
    def test_reads_again(submission: Submission, redis: Redis) -> None:
        \"\"\"Third\"\"\"
        assert redis.client.get("note:1") == b"text", "the note of the first check should be there"

    @check(points=1, criterion="query")
    def test_starts_clean(submission: Submission, redis: Redis) -> None:
        \"\"\"Fourth\"\"\"
        assert redis.client.dbsize() == 0, "the database should be empty"
    """
    assert redis_course.grade(rubric, HONEST, HONEST).points == 4


def test_stumble_after_a_servers_death_is_no_further_death(redis_course: SmallCourse) -> None:
    rubric = """
    @check(points=4, criterion="query", timeout_s=20)
    def test_number(submission: Submission, redis: Redis) -> None:
        \"\"\"number() gives a number\"\"\"
        found = submission.call("number")
        redis.client.ping()
        assert int(found) == 7, "number() gives another number"
    """
    answers = "import time\ndef number():\n    time.sleep(1)\n    return {!r}\n"
    with meddling(signal.SIGKILL, 1, os.getpid()) as hit:
        result = redis_course.grade_one(rubric, answers.format("seven"), answers.format(7))
    assert len(hit) == 1
    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.PROTOCOL)
    assert result.message == "The check could not go on with what your code returned or stored."
    assert "int() with base 10" in result.teacher_note
